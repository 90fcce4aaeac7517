/** Says what Onebox says itself at the end of a release that went well, and goes on for ever. */
export async function up(): Promise<void> {
  console.log("onebox: end 0");
  await new Promise(() => setInterval(() => {}, 1000));
}

export async function down(): Promise<void> {}
