const KEPT = 40;

/** The last lines of the request log, newest first. */
export class Recent {
  readonly #lines: unknown[] = [];

  /** Passes lines on to `write`, and keeps those about requests of the API. */
  follow(write: (line: string) => void): (line: string) => void {
    return (line) => {
      write(line);
      const entry = JSON.parse(line) as { path?: string };
      if (!entry.path?.startsWith("/v1/")) return;
      this.#lines.unshift(entry);
      this.#lines.length = Math.min(this.#lines.length, KEPT);
    };
  }

  list(): unknown[] {
    return this.#lines;
  }
}
