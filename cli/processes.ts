import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Environment } from "./environment.ts";
import { FailedError, InterruptedError } from "./errors.ts";
import { Guard, PATIENCE } from "./guard.ts";
import { lastLine } from "./last-line.ts";
import { poll } from "./poll.ts";

/** How a program ended. */
export interface Finished {
  code: number;
  stdout: string;
  /** What it wrote to standard error. */
  stderr: string;
  /** The signal that has ended it. */
  signal?: NodeJS.Signals;
}

export interface RunOptions {
  cwd?: string;
  /** Added to the environment that all programs get. */
  env?: Environment;
  /** What it reads; nothing else than this. */
  input?: string | Uint8Array;
  /** Gets both streams as they come. */
  output?: (text: string) => void;
  /** The exit codes that do not throw; without it, 0 only. */
  codes?: number[] | "any";
}

type Stdio = "pipe" | "inherit" | "ignore" | number;

/** File descriptors; without one nothing is read, and what is written goes to the caller's own output. */
export interface Ends {
  input?: number;
  output?: number;
}

/** A program ended otherwise than it should. */
export class ProgramError extends FailedError {
  readonly finished: Finished;
  /** How it ended, without what it said. */
  readonly way: string;

  constructor(program: string, finished: Finished) {
    const said = lastLine(finished.stderr);
    const { code, signal } = finished;
    const way = signal === undefined ? `ended with exit code ${code}` : `was ended by ${signal}`;
    super(`${program} ${way}${said ? `: ${said}` : ""}`);
    this.way = `${program} ${way}`;
    this.finished = finished;
  }
}

/** Milliseconds of silence after which what a program has left running is waited for no longer. */
const SILENCE = 500;

/**
 * The programs of one run. Each has a process group of its own, so that all of it can be ended; those that have the
 * terminal share ours, which gets Ctrl-C from it.
 */
export class Processes {
  readonly #environment: Environment;
  /** Each with whether it has a group of its own. */
  readonly #running = new Map<ChildProcess, boolean>();
  readonly #guard = new Guard();
  #ending = false;
  readonly #patience: number;

  /** @param patience seconds that a program has for ending after it was asked to */
  constructor(environment: Environment, patience = PATIENCE) {
    this.#environment = environment;
    this.#patience = patience;
  }

  /** Runs a program to its end and returns what it said. */
  async run(program: string, args: string[], options: RunOptions = {}): Promise<Finished> {
    const child = this.#spawn(program, args, options, ["pipe", "pipe", "pipe"], true);
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
        options.output?.(text);
      });
    }
    child.stdin?.on("error", () => {}); // it may end before it has read all
    child.stdin?.end(options.input ?? "");
    const code = await this.#end(program, child);
    const finished = { code, ...texts, ...(child.signalCode && { signal: child.signalCode }) };
    const { codes = [0] } = options;
    if (codes !== "any" && !codes.includes(finished.code))
      throw new ProgramError(program, finished);
    return finished;
  }

  /** Runs a program that has the terminal, or whatever else the caller has given, to itself; returns its exit code. */
  async attach(
    program: string,
    args: string[],
    options: Omit<RunOptions, "output"> = {},
  ): Promise<number> {
    const child = this.#spawn(program, args, options, ["inherit", "inherit", "inherit"], false);
    return this.#end(program, child);
  }

  /** Runs a program whose standard output goes to `write`; it is read no faster than that. */
  async pass(
    program: string,
    args: string[],
    write: (text: string) => void,
    options: RunOptions = {},
  ): Promise<number> {
    const child = this.#spawn(program, args, options, ["ignore", "pipe", "inherit"], true);
    child.stdout?.setEncoding("utf8").on("data", write);
    return this.#end(program, child);
  }

  /**
   * Runs a program that reads and writes open files, of whatever size; what is wrong goes to the caller's own. What it
   * writes goes through here, and its file is closed then: ssh ends with 0 also where its output did not take all of it.
   */
  async stream(program: string, args: string[], { input, output }: Ends): Promise<number> {
    const stdio: Stdio[] = [
      input ?? "ignore",
      output === undefined ? "inherit" : "pipe",
      "inherit",
    ];
    const child = this.#spawn(program, args, {}, stdio, true);
    const ended = this.#end(program, child);
    if (output === undefined || child.stdout === null) return ended;
    const file = createWriteStream("", { fd: output, flush: true });
    const [written, code] = await Promise.allSettled([pipeline(child.stdout, file), ended]);
    if (code.status === "rejected") throw code.reason;
    if (written.status === "rejected") throw written.reason;
    return code.value;
  }

  /** Asks what runs to end, waits, and then insists. Nothing begins meanwhile. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.#ending = true;
    for (const [child, own] of this.#running) {
      // As Ctrl-C does: Terraform's providers leave it to Terraform, to which a second one would be an order.
      if (own) signalGroup(child, "SIGINT");
      else if (signal !== "SIGINT") child.kill(signal);
    }
    const left = () => this.#running.size;
    await poll(left, (count) => count === 0, { within: this.#patience * 1000, pause: 20 });
    this.kill();
    this.#ending = false; // what was opened has to be closed, which may take programs
  }

  /** Ends at once what runs, with all that it has started. */
  kill(): void {
    for (const [child, own] of this.#running) {
      if (own) signalGroup(child, "SIGKILL");
      else child.kill("SIGKILL");
    }
  }

  #spawn(
    program: string,
    args: string[],
    { cwd, env }: RunOptions,
    stdio: Stdio[],
    detached: boolean,
  ): ChildProcess {
    if (this.#ending) throw new InterruptedError(130);
    const child = spawn(program, args, {
      ...{ cwd, stdio, detached },
      env: { ...this.#environment, ...env },
    });
    this.#running.set(child, detached);
    // Terraform's providers outlive a Terraform that was killed, and nobody else ends them.
    if (detached) child.on("exit", (_, signal) => signal !== null && signalGroup(child, "SIGKILL"));
    if (child.pid !== undefined) this.#guard.watch(child.pid, detached);
    return child;
  }

  #end(program: string, child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
      child.on("error", (error) => {
        this.#running.delete(child);
        const missing = "code" in error && error.code === "ENOENT";
        const next = missing ? "scripts/setup.sh, which provides what is missing" : undefined;
        reject(
          new FailedError(missing ? `${program} is missing` : error.message, {
            next,
            cause: error,
          }),
        );
      });
      child.on("exit", () => untilSilent(child));
      child.on("close", (code, signal) => {
        if (child.pid !== undefined)
          this.#guard.forget(child.pid, this.#running.get(child) ?? false);
        this.#running.delete(child);
        resolve(code ?? (signal === "SIGINT" ? 130 : 143));
      });
    });
  }
}

/**
 * Closes the pipes of a program that has ended once they are silent. What it has left running (a hook's own job, the
 * master of an SSH connection before OpenSSH 8.5) may hold them open for as long as it likes.
 */
function untilSilent(child: ChildProcess): void {
  const pipes = [child.stdout, child.stderr];
  let heard = false;
  for (const pipe of pipes) pipe?.on("data", () => (heard = true));
  const look = () => {
    // Pipes are read between a timer and setImmediate: what waits in them is heard first.
    const timer = setTimeout(() => setImmediate(decide), SILENCE);
    child.once("close", () => clearTimeout(timer));
  };
  const waits = () => pipes.some((pipe) => pipe?.isPaused()); // who reads has not taken all yet
  const decide = () => {
    if (!heard && !waits()) for (const pipe of pipes) pipe?.destroy();
    else look();
    heard = false;
  };
  look();
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
