// Checks all shell: ShellCheck, then the form that shfmt gives it. What was good once is not looked at again while it,
// and all that it sources, is the same, in whatever clone: the whole takes a minute of a processor.
// Usage: node test/run/programs/shell.ts

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "../../../cli/environment.ts";
import { root } from "../../../config/load.ts";
import { shellIn } from "../../support/shell-files.ts";
import { Remembered } from "../remembered.ts";

const good = new Remembered(join(cacheDirectory(process.env), "shell"));

/** Of whatever the result for a script depends on. */
function digestOf(script: string, programs: string): string {
  const texts = new Map<string, string>();
  const read = (path: string) => {
    if (texts.has(path) || !existsSync(join(root, path))) return;
    const text = readFileSync(join(root, path), "utf8");
    texts.set(path, text);
    for (const [, source = ""] of text.matchAll(/^ *# shellcheck source=(\S+)/gm)) read(source);
  };
  read(script);
  return createHash("sha256")
    .update(JSON.stringify([programs, ...texts]))
    .digest("hex");
}

function check(program: string, args: string[]): void {
  const { error, status } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(1);
}

const versionOf = (program: string) => execFileSync(program, ["--version"], { encoding: "utf8" });

const own = readFileSync(import.meta.filename, "utf8");
const programs = [own, versionOf("shellcheck"), versionOf("shfmt")].join();
const scripts = shellIn(root).map((path) => ({
  path,
  digest: digestOf(path, programs),
}));
const changed = scripts.filter(({ digest }) => !good.has(digest));
const paths = changed.map(({ path }) => path);
process.stdout.write(`${scripts.length} scripts, of which ${paths.length} are looked at\n`);
if (paths.length > 0) {
  check("shellcheck", ["-x", "--", ...paths]);
  check("shfmt", ["-d", "-i", "2", "-ci", "-bn", "--", ...paths]);
}
good.keep(scripts.map(({ digest }) => digest));
