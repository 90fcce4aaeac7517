import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { firstLine } from "../config/error.ts";
import { FailedError } from "./errors.ts";

/**
 * What nobody has caught, as an error for people where onebox.config.ts, or what it imports, has thrown it: it is a
 * program too, and what it has begun goes on after it was read.
 *
 * @param root the repository's top directory
 */
export function explainUncaught(error: unknown, root: string): unknown {
  const stack = (error instanceof Error && error.stack) || "";
  const file = /\bfile:\/\/[^\s)]+?(?=:\d+:\d+)/.exec(stack)?.[0];
  if (file === undefined) return error;
  const path = fileURLToPath(file);
  const isOurs = ["cli", "config", "node_modules"].some((name) =>
    path.startsWith(join(root, name, "/")),
  );
  return isOurs
    ? error
    : new FailedError(`${path}: threw an error that nobody caught: ${firstLine(error)}`, {
        cause: error,
      });
}
