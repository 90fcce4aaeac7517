/**
 * Usage: PROGRAM | node operator/bin/plain-text.ts
 *
 * Passes lines on as they come, without what a terminal or a CI runner would obey.
 */
import { plainText } from "../../cli/plain-text.ts";

/** A line that does not end is passed on in pieces of so many characters. */
const longest = 65_536;

process.stdout.on("error", () => process.exit()); // whoever read it has gone
let rest = "";
for await (const piece of process.stdin.setEncoding("utf8")) {
  rest += piece;
  const end = rest.length > longest ? rest.length : rest.lastIndexOf("\n") + 1;
  process.stdout.write(plainText(rest.slice(0, end)));
  rest = rest.slice(end);
}
process.stdout.write(plainText(rest));
