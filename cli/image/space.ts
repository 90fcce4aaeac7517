import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { RefusedError } from "../errors.ts";

const MEGABYTE = 1_048_576;

/** Megabytes that are free where a directory is, or will be. */
export async function freeAt(directory: string): Promise<number> {
  if (!existsSync(directory)) return freeAt(dirname(directory));
  const { bavail, bsize } = await statfs(directory);
  return Math.floor((bavail * bsize) / MEGABYTE);
}

/** Refuses when the disk has less than an image can need. */
export async function needSpace(directory: string, needed: number): Promise<void> {
  const free = await freeAt(directory);
  if (free >= needed) return;
  throw new RefusedError(
    `no disk space for the image: ${directory} has ${free} MB free, ${needed} MB are needed`,
  );
}

/**
 * Refuses when the VM has too little: a pull takes what the image does, and some to spare.
 *
 * @param free megabytes
 * @param space bytes of the image, unpacked
 */
export function needSpaceOnVm(free: number, space: number): void {
  const needed = Math.floor(space / MEGABYTE) + 256;
  if (free >= needed) return;
  throw new RefusedError(
    `no disk space for the image: the VM has ${free} MB free, ${needed} MB are needed; scripts/ssh.sh docker system df`,
  );
}
