/** What Onebox exchanges itself, by the key of .env, with the word for scripts/rotate.sh. */
const ours: Record<string, string> = {
  DEPLOY_KEY: "deploy-key",
  HOST_CA_KEY: "host-ca",
  HASH_SALT: "hash-salt",
  WEBHOOK_SECRET: "webhook",
};

/** What somebody who could read these files knows, as the lines that say what to do about it. */
export function whatToRotate(files: Record<string, string[]>): string[] {
  const own = (files[".env"] ?? []).filter((key) => key in ours);
  const lines = own.length > 0 ? [`scripts/rotate.sh all    # ${own.join(", ")}`] : [];
  for (const [file, keys] of Object.entries(files)) {
    const others = keys.filter((key) => file !== ".env" || !(key in ours));
    if (others.length === 0) continue;
    lines.push(
      `scripts/secrets.sh edit ${file}    # ${others.join(", ")}: made anew where they come from`,
    );
  }
  return lines;
}
