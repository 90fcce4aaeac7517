import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What scripts/setup.sh --tests has provided. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "onebox", "clients");

/** The folder beside this one that holds a client's tests. */
export const room = (name: string) => fileURLToPath(new URL(`../${name}/`, import.meta.url));

/** Names of the tests in a folder, by what its language calls a test. */
export function testsIn(folder: string, pattern: RegExp): string[] {
  const files = readdirSync(folder).filter((file) => /\.(go|py)$/.test(file));
  return files.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(pattern)].map(([, name = ""]) => name),
  );
}

/** Python with the packages of `python/requirements.txt`. */
export const python = () =>
  provided(join(cache, `python-${digest("python", /^requirements/)}`, "bin/python"));

/** The Go tests as a program, built from what stands in `go/` now. */
export const goTests = () => provided(join(cache, `go-${digest("go", /\.(go|mod|sum)$/)}`));

/** A digest of files, as scripts/setup.sh --tests makes it. */
function digest(folder: string, pattern: RegExp): string {
  const files = readdirSync(room(folder)).filter((file) => pattern.test(file));
  const hash = createHash("sha256");
  for (const file of files.sort()) hash.update(readFileSync(join(room(folder), file)));
  return hash.digest("hex").slice(0, 16);
}

function provided(path: string): string {
  if (!existsSync(path)) throw new Error(`no ${path}: run scripts/setup.sh --tests first`);
  return path;
}

/** Runs a program; returns how it ended and all that it printed. */
export function run(program: string, args: string[], env: Record<string, string>) {
  return new Promise<{ code: number; output: string }>((resolve) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 1 << 26 };
    const child = execFile(program, args, options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, output: stdout + stderr }),
    );
  });
}
