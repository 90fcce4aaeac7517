import { CommandError, InterruptedError, StepError } from "./errors.ts";
import { lastLine } from "./last-line.ts";
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
  /** Shows at once, in a line of its own, what the reader is to know before it happens. */
  announce?: (text: string) => void;
  /** Takes what programs say: into the log, and with --verbose to the reader. */
  output: (text: string) => void;
  /** What an interruption leaves at work, and what helps then. */
  left?: string;
}

/** Where steps are shown. */
interface Screen {
  write: (text: string) => void;
  isTerminal: boolean;
  /** Gets what programs say; undefined without --verbose. */
  verbose?: (text: string) => void;
}

interface OpenStep {
  name: string;
  note: () => string;
  left: () => string | undefined;
  started: number;
  ticker: Ticker;
  /** What programs say, where that is shown. */
  lines: ReturnType<typeof plainLines> | undefined;
  /** Whether others run beside it. */
  beside: boolean;
}

/** Runs steps: one line each with the time that it took. */
export class Steps {
  readonly #screen: Screen;
  readonly #log: RunLog;
  #broken = false;
  readonly #open = new Set<OpenStep>();

  constructor(screen: Screen, log: RunLog) {
    this.#screen = screen;
    this.#log = log;
  }

  /** Runs a step, and shows its line when it has ended, well or not. */
  run<T>(name: string, work: (step: Step) => Promise<T>): Promise<T> {
    return this.#run(name, work, { shown: true });
  }

  /** The same for one of several that run side by side. */
  beside<T>(name: string, work: (step: Step) => Promise<T>): Promise<T> {
    return this.#run(name, work, { shown: true, beside: true });
  }

  /** The same for commands whose own output is what counts: what ends well within 2 s is not shown. */
  quietly<T>(name: string, work: (step: Step) => Promise<T>): Promise<T> {
    return this.#run(name, work, { shown: false });
  }

  /** The names of the steps that run. */
  get open(): string | undefined {
    return [...this.#open].map(({ name }) => name).join(" ") || undefined;
  }

  /** What they leave at work when they are broken off now. */
  get left(): string | undefined {
    return [...this.#open].map(({ left }) => left()).find((text) => text !== undefined);
  }

  /** Shows that the step that runs is broken off, of several none; nothing begins after it. */
  breakOff(): void {
    this.#broken = true;
    for (const step of this.#open) this.#close(step, "✗", !step.beside);
  }

  /** Shows a line for several steps, or for none, that began then. */
  conclude(name: string, note: string, started: number): void {
    this.#show("✓", name, note, started);
  }

  async #run<T>(
    name: string,
    work: (step: Step) => Promise<T>,
    { shown, beside = false }: { shown: boolean; beside?: boolean },
  ): Promise<T> {
    if (this.#broken) throw new InterruptedError(130); // nobody hears of it: the signal's own says more
    const from = this.#log.position;
    let own = "";
    const ticker = new Ticker(name, this.#screen);
    const { verbose } = this.#screen;
    const show = beside
      ? (text: string) => verbose?.(text.replace(/^(?=.)/gm, `${name}: `))
      : verbose;
    const lines = shown && verbose && show ? plainLines(show) : undefined;
    const step: Step = {
      note: "",
      progress: (text) => ticker.show(text),
      announce: (text) => ticker.announce(text),
      output: (text) => {
        this.#log.write(text);
        if (beside) own += text;
        lines?.write(text);
      },
    };
    const started = performance.now();
    const open = {
      name,
      note: () => step.note,
      left: () => step.left,
      started,
      ticker,
      lines,
      beside,
    };
    this.#open.add(open);
    try {
      const result = await work(step);
      this.#close(open, "✓", shown);
      return result;
    } catch (error) {
      this.#close(open, "✗", true);
      throw this.#explain(name, error, beside ? own : this.#log.since(from));
    }
  }

  #explain(name: string, error: unknown, said: string): unknown {
    if (error instanceof InterruptedError || !(error instanceof CommandError)) return error;
    error.step ??= name;
    if (!(error instanceof ProgramError)) return error;
    const { signal, stderr } = error.finished;
    // Programs before it may have said much, and it alone nothing that was passed on.
    const told = said.trim() !== "" && said.includes(lastLine(stderr));
    if (!told) this.#log.write(stderr);
    // What a program was saying when it was killed is not why.
    const reasons = signal === undefined ? decisiveLines(told ? said : stderr) : [error.way];
    return new StepError(name, reasons, this.#log.begin(), { cause: error });
  }

  #close(step: OpenStep, mark: string, shown: boolean): void {
    if (!this.#open.delete(step)) return;
    step.lines?.end();
    step.ticker.stop();
    if (shown) this.#show(mark, step.name, step.note(), step.started);
  }

  #show(mark: string, name: string, note: string, started: number): void {
    const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    const text = plainText(note).padEnd(44);
    this.#screen.write(`  ${mark} ${name.padEnd(12)} ${text} ${seconds.padStart(8)}\n`);
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

  announce(text: string): void {
    const clear = this.#screen.isTerminal ? "\r\u001b[K" : "";
    this.#screen.write(`${clear}  ! ${this.#name.padEnd(12)} ${plainText(text)}\n`);
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
