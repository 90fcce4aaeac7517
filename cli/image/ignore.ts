import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config/schema.ts";
import { makeSteady } from "../git/export.ts";
import { needInTree } from "./in-tree.ts";

/**
 * Has every builder leave out what is named in the Dockerfile's own list, NAME.dockerignore beside it, in place of the
 * context's .dockerignore. BuildKit does so by itself; the engine's old builder knows only the latter.
 *
 * @param directory the exported tree
 */
export function useOwnIgnoreFile(directory: string, { dockerfile, context }: Config["app"]): void {
  const own = join(directory, `${dockerfile}.dockerignore`);
  if (!existsSync(own)) return;
  needInTree(directory, `${dockerfile}.dockerignore`, "this tree");
  const place = join(directory, context, ".dockerignore");
  rmSync(place, { force: true }); // it may be a link
  copyFileSync(own, place);
  makeSteady(place);
}
