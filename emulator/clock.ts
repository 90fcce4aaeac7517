interface Timer {
  at: number;
  ring: () => void;
  handle: NodeJS.Timeout | null;
}

/**
 * The cloud's time. It runs like any clock until someone holds it; then it moves by `advance` alone,
 * and whoever sleeps on it sleeps as long. `skew` makes it tell the wrong time without touching what
 * sleeps.
 */
export class Clock {
  /** Milliseconds by which the time it tells is wrong. */
  skew = 0;
  #offset = 0;
  #held: number | null = null;
  readonly #timers = new Set<Timer>();

  get held(): boolean {
    return this.#held !== null;
  }

  /** The time that the cloud tells its clients. */
  now(): Date {
    return new Date(this.#true() + this.skew);
  }

  /** Resolves when so many milliseconds have passed on this clock. */
  sleep(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer: Timer = { at: this.#true() + ms, ring: resolve, handle: null };
      this.#timers.add(timer);
      if (this.#held === null) this.#arm(timer);
    });
  }

  /** Stops time. */
  hold(): void {
    if (this.#held !== null) return;
    this.#held = this.#true();
    for (const timer of this.#timers) clearTimeout(timer.handle ?? undefined);
  }

  /** Moves a held clock. What wakes on the way may sleep again, and wakes again if its time comes. */
  async advance(ms: number): Promise<void> {
    if (this.#held === null) throw new Error("the clock is running: hold it first");
    const end = this.#held + ms;
    for (;;) {
      await turn();
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.#held = Math.max(this.#held, next.at);
      this.#ring(next);
    }
    this.#held = end;
  }

  /** Lets time run again, from where it was held. */
  release(): void {
    if (this.#held === null) return;
    this.#offset = this.#held - Date.now();
    this.#held = null;
    for (const timer of this.#timers) this.#arm(timer);
  }

  #true(): number {
    return this.#held ?? Date.now() + this.#offset;
  }

  #arm(timer: Timer): void {
    timer.handle = setTimeout(() => this.#ring(timer), Math.max(0, timer.at - this.#true()));
    timer.handle.unref(); // what sleeps does not keep a process that was told to stop
  }

  #ring(timer: Timer): void {
    this.#timers.delete(timer);
    timer.ring();
  }
}

/** Lets everything run that does not wait for the outside. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
