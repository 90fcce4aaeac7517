import { existsSync, statSync } from "node:fs";

/** Whether it can be read: a pipe can, a directory not. */
export const isFile = (path: string): boolean => existsSync(path) && !isDirectory(path);

export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
