import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config/schema.ts";
import { RefusedError } from "../errors.ts";
import { makeSteady } from "../git/export.ts";
import { removePath } from "../remove.ts";
import { needInTree } from "./in-tree.ts";

/**
 * Has every builder leave out what is named in the Dockerfile's own list, NAME.dockerignore beside it, in place of the
 * context's .dockerignore. BuildKit does so by itself; the engine's old builder knows only the latter, and as a file.
 *
 * @param directory the exported tree
 */
export function useOwnIgnoreFile(directory: string, { dockerfile, context }: Config["app"]): void {
  const place = `${context}/.dockerignore`;
  const own = `${dockerfile}.dockerignore`;
  const list = [own, place].find((path) => existsSync(join(directory, path)));
  if (list === undefined) return;
  needInTree(directory, list, "this tree");
  if (!statSync(join(directory, list)).isFile()) throw new RefusedError(`${list} is no file`);
  const text = readFileSync(join(directory, list));
  removePath(join(directory, place)); // it may be a link
  writeFileSync(join(directory, place), text);
  makeSteady(join(directory, place));
}
