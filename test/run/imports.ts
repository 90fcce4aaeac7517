import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Relative ones, static or not; packages are the lockfile's. */
const imported = /(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g;

/** All that files of a tree import, and what that imports, with themselves: paths from its top. */
export function importsOf(root: string, files: string[]): Set<string> {
  const found = new Set(files);
  for (const file of found) {
    if (!/\.[jt]s$/.test(file)) continue;
    for (const [, path = ""] of readFileSync(join(root, file), "utf8").matchAll(imported)) {
      const target = join(dirname(file), path);
      if (existsSync(join(root, target))) found.add(target); // else it is a text of a test's
    }
  }
  return found;
}
