import { CommandError, InterruptedError, StepError } from "./errors.ts";
import type { RunLog } from "./log.ts";
import { plainLines, plainText } from "./plain-text.ts";
import { ProgramError } from "./processes.ts";
import { decisiveLines } from "./reasons.ts";

/** What the work of a step may say while it goes on. */
export interface Step {
  /** Stands beside the step's name when it has ended. */
  note: string;
  /** Names what is being done; shown when the step takes long. */
  progress: (text: string) => void;
  /** Takes what programs say: into the log, and with --verbose to the reader. */
  output: (text: string) => void;
}

/** Where steps are shown. */
export interface Screen {
  write: (text: string) => void;
  isTerminal: boolean;
  /** Gets what programs say; undefined without --verbose. */
  verbose?: (text: string) => void;
}

interface OpenStep {
  name: string;
  note: () => string;
  started: number;
  ticker: Ticker;
  /** What programs say, where that is shown. */
  lines: ReturnType<typeof plainLines> | undefined;
}

/** Runs steps: one line each with the time that it took. */
export class Steps {
  readonly #screen: Screen;
  readonly #log: RunLog;
  #broken = false;
  #open: OpenStep | undefined;

  constructor(screen: Screen, log: RunLog) {
    this.#screen = screen;
    this.#log = log;
  }

  /** Runs a step, and shows its line when it has ended, well or not. */
  run<T>(name: string, work: (step: Step) => Promise<T>): Promise<T> {
    return this.#run(name, work, true);
  }

  /** The same for commands whose own output is what counts: what ends well within 2 s is not shown. */
  quietly<T>(name: string, work: (step: Step) => Promise<T>): Promise<T> {
    return this.#run(name, work, false);
  }

  /** The name of the step that runs. */
  get open(): string | undefined {
    return this.#open?.name;
  }

  /** Shows that the step that runs is broken off; none begins after it. */
  breakOff(): void {
    this.#broken = true;
    this.#close("✗", true);
  }

  async #run<T>(name: string, work: (step: Step) => Promise<T>, shown: boolean): Promise<T> {
    if (this.#broken) throw new InterruptedError(130); // nobody hears of it: the signal's own says more
    const from = this.#log.position;
    const ticker = new Ticker(name, this.#screen);
    const { verbose } = this.#screen;
    const lines = shown && verbose !== undefined ? plainLines(verbose) : undefined;
    const step: Step = {
      note: "",
      progress: (text) => ticker.show(text),
      output: (text) => {
        this.#log.write(text);
        lines?.write(text);
      },
    };
    this.#open = { name, note: () => step.note, started: performance.now(), ticker, lines };
    try {
      const result = await work(step);
      this.#close("✓", shown);
      return result;
    } catch (error) {
      this.#close("✗", true);
      throw this.#explain(name, error, from);
    }
  }

  #explain(name: string, error: unknown, from: number): unknown {
    if (error instanceof InterruptedError || !(error instanceof CommandError)) return error;
    error.step ??= name;
    if (!(error instanceof ProgramError)) return error;
    const said = this.#log.since(from);
    const reasons = decisiveLines(said.trim() === "" ? error.finished.stderr : said);
    return new StepError(name, reasons, this.#log.begin(), { cause: error });
  }

  #close(mark: string, shown: boolean): void {
    if (this.#open === undefined) return;
    const { name, note, started, ticker, lines } = this.#open;
    this.#open = undefined;
    lines?.end();
    ticker.stop();
    const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    if (shown) {
      const text = plainText(note()).padEnd(44);
      this.#screen.write(`  ${mark} ${name.padEnd(12)} ${text} ${seconds.padStart(8)}\n`);
    }
  }
}

/** Says that a step goes on: on a terminal each second in one line; else after 2 s and then every 15 s. */
class Ticker {
  readonly #name: string;
  readonly #screen: Screen;
  readonly #started = performance.now();
  #doing = "";
  #timer: NodeJS.Timeout;

  constructor(name: string, screen: Screen) {
    this.#name = name;
    this.#screen = screen;
    this.#timer = this.#after(screen.isTerminal ? 1000 : 2000);
  }

  show(text: string): void {
    this.#doing = text;
  }

  stop(): void {
    clearTimeout(this.#timer);
    if (this.#screen.isTerminal) this.#screen.write("\r\u001b[K");
  }

  #after(pause: number): NodeJS.Timeout {
    return setTimeout(() => {
      const seconds = Math.floor((performance.now() - this.#started) / 1000);
      const line = `  … ${this.#name.padEnd(12)} ${plainText(this.#doing)} (${seconds} s)`;
      this.#screen.write(this.#screen.isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
      this.#timer = this.#after(this.#screen.isTerminal ? 1000 : 15_000);
    }, pause);
  }
}
