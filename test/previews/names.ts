import { drawn } from "../support/sample.ts";

/** Branches as people call them. Git takes no spaces; "$IFS" is how a shell would be given one. */
export const names: string[] = [
  "fix/42-Größe_der_Liste",
  "🚀/to-the-moon",
  "$(touch$IFS/tmp/x);'\"`Host`||!{{x}}&",
  `${"long/".repeat(39)}name`,
];

const chosen = drawn("ONEBOX_PREVIEW_NAMES", names, 2);
/** Two whose previews the tests share. */
export const named = chosen.slice(0, 2) as [string, string];
/** Those that are tried besides. */
export const others: string[] = chosen.slice(2);
