import { constants } from "node:fs";
import { NoFileError, readPlain } from "../../config/plain-file.ts";
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
  try {
    return readPlain(path, longest, constants.O_NOFOLLOW);
  } catch (cause) {
    if (cause instanceof NoFileError) throw new RefusedError(cause.message, { cause });
    throw new RefusedError(`${path} is not a regular file that can be read`, { cause });
  }
}
