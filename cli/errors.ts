import { computersWord } from "./computer.ts";

/** What a failure leaves behind and what to do about it, for the one who reads it. */
interface Advice {
  /** What users are served now. */
  serves?: string;
  /** What to do next. */
  next?: string;
  cause?: unknown;
}

/** Why a command ends with another exit code than 0. cli/main.ts is the one place that prints it. */
export abstract class CommandError extends Error {
  abstract readonly exitCode: number;
  /** The step that it happened in, when there was one. */
  step: string | undefined;
  serves: string | undefined;
  next: string | undefined;

  constructor(message: string, { serves, next, cause }: Advice = {}) {
    super(message, { cause });
    this.name = this.constructor.name;
    this.serves = serves;
    this.next = next;
  }
}

/** The work failed; nothing changed for users. */
export class FailedError extends CommandError {
  readonly exitCode = 1;
}

/** What nobody has thought of: a fault of Onebox's own. */
export class FaultError extends FailedError {
  constructor(cause: unknown) {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    super(`this is a fault of Onebox's own: ${text}`, { cause });
  }
}

/** Whatever was thrown, as the error of a command. */
export function commandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const word = computersWord(error);
  return word === undefined ? new FaultError(error) : new FailedError(word, { cause: error });
}

/** A step's program failed: the lines of its output that say why stand under the step. */
export class StepError extends FailedError {
  readonly reasons: string[];
  /** The file with the whole output. */
  readonly log: string;

  constructor(step: string, reasons: string[], log: string, advice: Advice = {}) {
    super(`step "${step}" failed; the whole output: ${log}`, advice);
    this.step = step;
    this.reasons = reasons;
    this.log = log;
  }
}

/** Wrong usage or configuration; nothing was touched. */
export class RefusedError extends CommandError {
  readonly exitCode = 2;
}

/** Several things are wrong with the configuration or with a secret file: a line each. */
export class ProblemsError extends RefusedError {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Somebody else has locked the environment. */
export class HeldError extends CommandError {
  readonly exitCode = 3;
}

/** A signal ended the run: SIGINT is 130; SIGTERM and SIGHUP are 143. */
export class InterruptedError extends CommandError {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("interrupted");
    this.exitCode = exitCode;
  }
}

/** Ends the command with an exit code that says all: that of the program which was asked for, or "something differs". */
export class ExitError extends CommandError {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}
