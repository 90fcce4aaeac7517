import { type Finished, Processes, type RunOptions } from "./processes.ts";

/** Programs that go on beside a run's other work, and can be ended without it. */
export class BackgroundProcesses extends Processes {
  #ended = false;

  override async run(program: string, args: string[], options: RunOptions = {}): Promise<Finished> {
    // What comes after a program that was ended must not begin.
    if (this.#ended) throw new Error(`${program} was not started: the work was ended`);
    return super.run(program, args, options);
  }

  override kill(): void {
    this.#ended = true;
    super.kill();
  }
}
