import type { Step } from "./steps.ts";

/** Work that goes on beside other work: nothing is shown of it until a step takes it. */
export class Begun<T> {
  readonly #result: Promise<T>;
  readonly #step: Step = { note: "", progress: () => {}, output: (text) => (this.#said += text) };
  #said = "";

  constructor(work: (step: Step) => Promise<T>) {
    this.#result = work(this.#step);
    this.#result.catch(() => {}); // whoever takes it hears of it
  }

  /** Waits for the result in a step, which shows what was said and noted meanwhile. Throws what the work threw. */
  async take(step: Step): Promise<T> {
    try {
      return await this.#result;
    } finally {
      step.output(this.#said);
      step.note ||= this.#step.note;
    }
  }

  /** Waits until the work has ended, however it did. */
  async ended(): Promise<void> {
    await this.#result.catch(() => {});
  }
}
