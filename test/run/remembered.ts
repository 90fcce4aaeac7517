import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** For how long a name is remembered that nothing asks for (ms). */
const LONG = 30 * 24 * 3_600_000;

/** Names that a directory remembers, as empty files. */
export class Remembered {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  has(name: string): boolean {
    return existsSync(join(this.#directory, name));
  }

  /** Remembers these from now on, and forgets what has not been among them for long. */
  keep(names: string[]): void {
    mkdirSync(this.#directory, { recursive: true });
    for (const name of names) writeFileSync(join(this.#directory, name), "");
    forget(this.#directory);
  }
}

/** Removes the files of a directory that nothing has written for long. */
export function forget(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0; // another run forgets too
    if (used < Date.now() - LONG) rmSync(path, { force: true });
  }
}
