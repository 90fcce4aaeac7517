import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { RefusedError } from "../errors.ts";

/** Bytes: more than any text that goes under a pull request. */
const TEXT = 1024 * 1024;

/**
 * What is in a file that may come from a job which runs a pull request's code: a link there could lead to the
 * variables of the process that reads it, and so to its token.
 *
 * @throws RefusedError when it is no plain file
 */
export function readPlainFile(path: string, longest: number = TEXT): Buffer {
  const file = open(path);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new RefusedError(`${path} is not a regular file`);
    if (found.size > longest) throw new RefusedError(`${path} has more than ${longest} bytes`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw new RefusedError(`${path} is not a regular file that can be read`, { cause });
  }
}
