import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** Bytes: more than any file has that people or programs write settings in. */
const LARGEST = 64 * 1024 * 1024;

/** In place of a file there is something else, or one that nobody would write. */
export class NoFileError extends Error {}

/**
 * What is in a file, unless there is something else in its place: a pipe would be waited for without end.
 *
 * @param longest bytes that it may have
 * @param flags beside those for reading, such as O_NOFOLLOW
 * @throws NoFileError; what openSync throws when nothing is there
 */
export function readPlain(path: string, longest = LARGEST, flags = 0): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new NoFileError(`${path} is not a regular file`);
    if (found.size > longest) throw new NoFileError(`${path} has more than ${longest} bytes`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
