import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Relative ones, static or not; packages are the lockfile's. */
const imported = /(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g;

/** Knows what the files of a tree import; each is read once. */
export class Imports {
  private readonly root: string;
  private readonly known = new Map<string, string[]>();

  constructor(root: string) {
    this.root = root;
  }

  /** All that files import, and what that imports, with themselves: paths from the tree's top. */
  of(files: string[]): Set<string> {
    const found = new Set(files);
    for (const file of found) for (const each of this.read(file)) found.add(each);
    return found;
  }

  private read(file: string): string[] {
    const before = this.known.get(file);
    if (before !== undefined) return before;
    const path = join(this.root, file);
    const text = /\.[jt]s$/.test(file) && existsSync(path) ? readFileSync(path, "utf8") : ""; // a link may lead nowhere
    const targets = [...text.matchAll(imported)].map(([, path = ""]) => join(dirname(file), path));
    const there = targets.filter((target) => existsSync(join(this.root, target))); // others are texts of a test
    this.known.set(file, there);
    return there;
  }
}
