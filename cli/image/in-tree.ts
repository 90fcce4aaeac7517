import { realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { RefusedError } from "../errors.ts";

/**
 * Sees that a path of a tree is there and lies in it: a link could lead a build to any file of the computer that
 * builds, and the tree may be a stranger's.
 *
 * @param directory with the tree's files
 * @param name of the tree, for people
 * @throws RefusedError
 */
export function needInTree(directory: string, path: string, name: string): void {
  const top = realpathSync(directory);
  let real: string;
  try {
    real = realpathSync(join(directory, path));
  } catch (cause) {
    throw new RefusedError(`git has no ${path} in ${name}: the image is built of what is in git`, {
      cause,
    });
  }
  if (real === top || real.startsWith(top + sep)) return;
  throw new RefusedError(`${path} in ${name} is a link to outside the tree`);
}
