import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { removeLeft } from "../left.ts";
import { takeLock } from "../lock.ts";
import { removePath } from "../remove.ts";
import type { Session } from "../session.ts";

/** The right to work on this user's cache: one set-up at a time has it, from its first work to its end. */
export class Claim {
  readonly #session: Session;
  readonly #cache: string;
  #taken: Promise<() => void> | undefined;

  constructor(session: Session, cache: string) {
    this.#session = session;
    this.#cache = cache;
  }

  async take(): Promise<void> {
    this.#taken ??= this.#take();
    await this.#taken;
  }

  async #take(): Promise<() => void> {
    mkdirSync(this.#cache, { recursive: true });
    const release = await takeLock(this.#session, join(this.#cache, "setup.lock"), () =>
      this.#session.say("  … setup        waiting for another setup to end"),
    );
    removeLeft(join(this.#cache, "tmp"), "setup"); // of those that were killed
    return release;
  }

  release(): void {
    this.#taken?.then(
      (release) => release(),
      () => {},
    );
  }
}

/** Removes what this set-up has begun in the cache. */
export function removeWork(cache: string): void {
  const directory = join(cache, "tmp");
  for (const name of namesIn(directory)) {
    if (!name.startsWith(`setup.${process.pid}.`)) continue;
    removePath(join(directory, name));
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // nothing was made
  }
}
