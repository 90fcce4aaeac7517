import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Whether a file's first line says that it is shell; an editor may just be replacing it. */
export function isShell(path: string): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false;
  const [first = ""] = readFileSync(path, "latin1").split("\n", 1);
  return /^(#!.*bash|#!\/(bin\/|busybox )sh|# shellcheck shell=(ba)?sh)/.test(first);
}

/** The shell files of a tree, relative to its top, ignored ones and app/ aside, which is the user's own. */
export function shellIn(root: string): string[] {
  const listed = ["ls-files", "-z", "-co", "--exclude-standard", "--", ":!app/"];
  const files = execFileSync("git", ["-C", root, ...listed], { encoding: "utf8" }).split("\0");
  return files.filter((file) => file !== "" && isShell(join(root, file)));
}
