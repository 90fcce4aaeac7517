/**
 * Usage: node cli/bin/check-staged.ts ROOT FILE...    (in a directory that holds what is staged)
 *
 * Names every secret in plain text that FILEs hold; exit code 1 when there is one. ROOT is the clone, where
 * decrypted secrets may lie.
 */
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { secretsIn } from "../git/staged.ts";
import { readMapping } from "../secrets/mapping.ts";

const [root = ".", ...files] = process.argv.slice(2);
const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");

const sets = readdirSync(root).filter((name) => name.startsWith(".gitsecret"));
const names = sets.flatMap((set) => [
  ...readMapping(read(join(root, set, "paths/mapping.cfg"))).keys(),
]);
const known = {
  secretFiles: names,
  plain: Object.fromEntries(names.map((name) => [name, read(join(root, name))])),
  example: read(join(root, ".env.example")),
};
const regular = files.filter((file) => lstatSync(file, { throwIfNoEntry: false })?.isFile());
const found = regular.flatMap((file) => secretsIn(file, readFileSync(file, "utf8"), known));
for (const line of found) console.error(`pre-commit: ${line}`);
process.exitCode = found.length > 0 ? 1 : 0;
