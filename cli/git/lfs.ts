import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Git } from "./git.ts";

const FIRST_LINE = "version https://git-lfs.github.com/spec/v1\n";
/** No pointer is larger, in bytes. */
const LARGEST = 1024;

/**
 * The files of an exported tree that are only Git LFS's pointers: a clone without git-lfs has no others.
 *
 * @param directory with the tree's files
 */
export async function pointersIn(
  git: Pick<Git, "find" | "run">,
  tree: string,
  directory: string,
): Promise<string[]> {
  const search = ["grep", "--files-with-matches", "-z", "--fixed-strings", "-e"];
  // Whoever keeps nothing there does not wait until every file was searched.
  const kept = await git.find([...search, "filter=lfs", tree, "--", ":(glob)**/.gitattributes"]);
  if (!kept) return [];
  const listed = await git.run(["ls-tree", "-r", "-z", "--name-only", tree]);
  return listed.split("\0").filter((path) => path !== "" && isPointer(join(directory, path)));
}

function isPointer(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > LARGEST) return false;
  return readFileSync(path, "utf8").startsWith(FIRST_LINE);
}
