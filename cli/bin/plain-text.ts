/**
 * Usage: PROGRAM | node cli/bin/plain-text.ts
 *
 * Passes lines on as they come, without what a terminal or a CI runner would obey.
 */
import { plainLines } from "../plain-text.ts";

process.stdout.on("error", () => process.exit()); // whoever read it has gone
const lines = plainLines((text) => process.stdout.write(text));
for await (const piece of process.stdin.setEncoding("utf8")) lines.write(piece);
lines.end();
