import { plainText } from "./plain-text.ts";

const ofTheVm = /^( *app: |onebox: (error|the previous))/;
const telling =
  /error|refused|denied|fatal|not found|no space|timed? ?out|unreachable|unhealthy|host key|unable to/i;

/**
 * Of what a failed step's programs have said, the lines that say why: the VM's own where it said something, else what
 * looks like an error, else the end.
 */
export function decisiveLines(output: string): string[] {
  const lines = plainText(output)
    .split("\n")
    .map((line) => line.replace(/^[a-z_.]* \([a-z-]*\): /, "")) // Terraform's name of what speaks
    .filter((line) => line !== "");
  for (const form of [ofTheVm, telling]) {
    const found = lines.filter((line) => form.test(line));
    if (found.length > 0) return found.slice(-8);
  }
  return lines.length > 0 ? lines.slice(-3) : ["it said nothing"];
}
