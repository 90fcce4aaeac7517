import { existsSync, rmSync } from "node:fs";

/** How often it is tried: each time somebody else has removed something. */
const TRIES = 1000;

/**
 * Removes a directory with all that is in it, or a file; what is not there is no error.
 *
 * It looks whether that is gone: where somebody else removes a file of it at the same moment, as a gpg-agent that ends
 * does with its sockets, Node's rmSync takes the whole for gone (seen with 24.21), and keys would stay.
 *
 * @throws what rmSync throws, and Error when it stays
 */
export function removePath(path: string): void {
  for (let tried = 0; tried < TRIES; tried++) {
    rmSync(path, { recursive: true, force: true });
    if (!existsSync(path)) return;
  }
  throw new Error(`${path} cannot be removed`);
}
