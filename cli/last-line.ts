/** The last line of what a program said, which mostly says why it failed; "" when it said nothing. */
export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
