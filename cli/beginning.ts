import { closeSync, openSync, readSync } from "node:fs";

/** The first bytes of a file, so many or as many as it has. */
export function beginningOf(file: string, length: number): Buffer {
  const open = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(open, bytes, 0, length, 0));
  } finally {
    closeSync(open);
  }
}
