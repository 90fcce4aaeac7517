import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { configFile } from "../config/load.ts";
import { cleanEnvironment, type Environment } from "./environment.ts";
import { InterruptedError } from "./errors.ts";
import { removeLeft } from "./left.ts";
import { logFile, RunLog } from "./log.ts";
import { plainJson, plainText } from "./plain-text.ts";
import { Processes } from "./processes.ts";
import { removePath } from "./remove.ts";
import { makePrivateDirectory, removePrivateDirectory } from "./secrets/private-directory.ts";
import { Steps } from "./steps.ts";

/** Where text for people goes. */
export type Output = NodeJS.WritableStream & { isTTY?: boolean };

/** How the program was called; cli/main.ts makes it. */
export interface Invocation {
  /** The repository's top directory. */
  root: string;
  /** The command's name, such as "status". */
  command: string;
  /** How the user calls it, such as "scripts/status.sh". */
  program: string;
  /** The caller's own environment. */
  environment: Environment;
  stdout: Output;
  stderr: Output;
  /** Tells of signals, until the function that it returns is called. */
  onSignal: (handler: (signal: NodeJS.Signals) => void) => () => void;
}

/** The options that each command has. */
export interface CommonOptions {
  config?: string;
  verbose?: boolean;
}

/** What a run has open. Whatever is opened says how it is closed; all of it is, on every way out. */
export class Session {
  readonly invocation: Invocation;
  readonly root: string;
  readonly environment: Environment;
  readonly processes: Processes;
  readonly log: RunLog;
  readonly steps: Steps;
  readonly verbose: boolean;
  /** The file of the configuration. */
  readonly configFile: string;
  /** Milliseconds, as of performance.now(). */
  readonly started: number = performance.now();
  readonly #closers: (() => void | Promise<void>)[] = [];
  #lent = false;
  #secrets: string | undefined;
  #scratch: string | undefined;

  constructor(invocation: Invocation, options: CommonOptions) {
    const { root, command, environment, stdout, stderr } = invocation;
    this.invocation = invocation;
    this.root = root;
    this.verbose = options.verbose ?? Boolean(environment.ONEBOX_VERBOSE);
    this.configFile = options.config === undefined ? configFile() : resolve(options.config);
    const own = logFile(this.directory, command, new Date(), process.pid);
    const { ONEBOX_LOG } = environment;
    this.log = new RunLog(ONEBOX_LOG || own, Boolean(ONEBOX_LOG));
    this.environment = {
      ...cleanEnvironment(environment),
      ONEBOX_CONFIG: this.configFile,
      NODE_COMPILE_CACHE: join(this.directory, "node"),
      ...(this.verbose && { ONEBOX_VERBOSE: "1" }),
    };
    this.processes = new Processes(this.environment);
    this.steps = new Steps(
      {
        write: (text) => stderr.write(text),
        isTerminal: Boolean(stderr.isTTY),
        ...(this.verbose && { verbose: (text: string) => stdout.write(text) }),
      },
      this.log,
    );
  }

  /** The clone's own working directory: state, logs, the local cloud. */
  get directory(): string {
    return join(this.invocation.root, ".onebox");
  }

  /** Prints a line of the command's own output. */
  print(line: string): void {
    this.invocation.stdout.write(`${plainText(line)}\n`);
  }

  /** Prints what a machine asked for. */
  printJson(value: unknown): void {
    this.invocation.stdout.write(`${plainJson(value)}\n`);
  }

  /** Says something that a person must read. */
  say(line: string): void {
    this.invocation.stderr.write(`${plainText(line)}\n`);
  }

  /** Has something done when the run ends; what was opened last is closed first. */
  onClose(close: () => void | Promise<void>): void {
    this.#closers.push(close);
  }

  /** Lets a program have the terminal to itself, such as an editor: meanwhile, Ctrl-C is for that. */
  async lendTerminal<T>(work: () => Promise<T>): Promise<T> {
    this.#lent = true;
    try {
      return await work();
    } finally {
      this.#lent = false;
    }
  }

  get terminalIsLent(): boolean {
    return this.#lent;
  }

  /** A private directory for what is decrypted, in memory where the system has such a place. */
  get secrets(): string {
    if (this.#secrets === undefined) {
      const directory = makePrivateDirectory();
      removeLeft(dirname(directory), "onebox");
      this.#secrets = directory;
      this.onClose(() => removePrivateDirectory(directory));
    }
    return this.#secrets;
  }

  /** A directory of this run's, for what is no secret. */
  get scratch(): string {
    if (this.#scratch === undefined) {
      const directory = join(this.directory, `run.${process.pid}`);
      removeLeft(this.directory, "run");
      mkdirSync(directory, { recursive: true });
      this.#scratch = directory;
      this.onClose(() => removePath(directory));
    }
    return this.#scratch;
  }

  /** Closes everything; one part that fails keeps no other from being closed. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        this.say(`  ! ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}

/** Milliseconds in which a signal that comes again is the same one, such as a Ctrl-C that npx passes on. */
const SAME = 500;

/** Does a command's work with a session that is closed on every way out. */
export async function withSession<T>(
  invocation: Invocation,
  options: CommonOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = new Session(invocation, options);
  let signalled: number | undefined;
  let forget = () => {};
  const interrupted = new Promise<never>((_, reject) => {
    forget = invocation.onSignal((signal) => {
      if (signal === "SIGINT" && session.terminalIsLent) return;
      if (signalled !== undefined) {
        // The second one: nothing is waited for. Nobody insists by not listening.
        const insists = signal !== "SIGPIPE" && performance.now() - signalled > SAME;
        if (insists) session.processes.kill();
        return;
      }
      signalled = performance.now();
      const error = new InterruptedError({ SIGINT: 130, SIGPIPE: 141 }[signal as string] ?? 143);
      error.step = session.steps.open;
      error.next = session.steps.left;
      session.steps.breakOff();
      session.processes.end(signal).then(() => reject(error), reject);
    });
  });
  try {
    // What the work makes of programs that were ended says nothing.
    const done = work(session).finally(() => (signalled === undefined ? undefined : interrupted));
    return await Promise.race([done, interrupted]);
  } finally {
    await session.processes.end("SIGINT"); // what went on beside work that failed
    await session.close();
    forget();
  }
}
