import { readFileSync } from "node:fs";
import { fields } from "./processes.ts";

/** Of a processor, in seconds. */
export interface Cost {
  seconds: number;
  /** Only of its own processes: with others beside it, what containers used is nobody's for sure. */
  partly: boolean;
}

interface Begun {
  busy: number;
  /** How many suites had begun. */
  number: number;
  alone: boolean;
}

/** The kernel's unit for the times that it tells programs (1/s). */
const ticks = 100;

/** Tells what the suites of a run cost, which differs from how long they took: they wait, and run side by side. */
export class Meter {
  readonly #began: number = busy();
  #ended: number = ofEnded();
  #begun = 0;
  #running = 0;

  begin(): Begun {
    return { busy: busy(), number: ++this.#begun, alone: this.#running++ === 0 };
  }

  /** Called when the suite's process has just ended. */
  end({ busy: before, number, alone }: Begun): Cost {
    this.#running--;
    const ended = ofEnded();
    const own = ended - this.#ended;
    this.#ended = ended;
    const partly = !alone || number !== this.#begun;
    return { seconds: partly ? own : busy() - before, partly };
  }

  /** What everything on this computer has used since the beginning (s). */
  get together(): number {
    return busy() - this.#began;
  }
}

/** What this process's children have used that have ended, with all that they have waited for (s). */
function ofEnded(): number {
  const [inPrograms, inKernel] = fields("self").slice(13, 15).map(Number);
  return (Number(inPrograms) + Number(inKernel)) / ticks;
}

/** What this computer's processors have done since it was started (s); the fourth and fifth number are idle ones. */
function busy(): number {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const times = line.split(/\s+/).slice(1, 8).map(Number);
  return times.filter((_, index) => index !== 3 && index !== 4).reduce((a, b) => a + b, 0) / ticks;
}
