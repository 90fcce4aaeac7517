import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const EMULATOR = fileURLToPath(new URL("../../../", import.meta.url));
const MODULES = fileURLToPath(new URL("../../../../node_modules/", import.meta.url));

/**
 * Packs the emulator and installs it into an empty directory; returns where the package is. What it
 * depends on comes from this repository, so that no registry is needed, and only what its
 * package.json asks for.
 */
export async function install(directory: string): Promise<string> {
  const run = promisify(execFile);
  const options = ["--pack-destination", directory, "--json", "--foreground-scripts=false"];
  // Packed from a copy: its compiled files come and go in the tree, where another run may pack too.
  const copy = join(directory, "sources/emulator");
  const filter = (path: string) => !/\/(test|dist|node_modules)$/.test(path);
  cpSync(EMULATOR, copy, { recursive: true, filter });
  cpSync(join(EMULATOR, "../tsconfig.json"), join(directory, "sources/tsconfig.json"));
  symlinkSync(MODULES, join(directory, "sources/node_modules"));
  const { stdout } = await run("npm", ["pack", ...options], { cwd: copy });
  const [{ filename }] = JSON.parse(stdout);
  const modules = join(directory, "node_modules");
  const here = join(modules, "@onebox/emulator");
  mkdirSync(here, { recursive: true });
  writeFileSync(join(directory, "package.json"), "{}");
  await run("tar", ["-xzf", join(directory, filename), "-C", here, "--strip-components=1"]);
  const { bin, dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  link(modules, dependencies, (name) => join(MODULES, name));
  link(join(modules, ".bin"), bin, (name) => join(here, bin[name]));
  return here;
}

function link(into: string, names: object, target: (name: string) => string): void {
  mkdirSync(into, { recursive: true });
  for (const name of Object.keys(names)) {
    const path = join(into, name);
    mkdirSync(join(path, ".."), { recursive: true });
    symlinkSync(target(name), path);
  }
}
