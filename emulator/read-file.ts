import { readFileSync, statSync } from "node:fs";

/** What is in a file; undefined: there is none. A pipe in its place would be waited for without end. */
export function readFile(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isFile()) throw new Error(`${path} is not a regular file`);
  return readFileSync(path, "utf8");
}
