import {
  type CommandError,
  commandError,
  ExitError,
  InterruptedError,
  ProblemsError,
  StepError,
} from "./errors.ts";
import { plainText } from "./plain-text.ts";

/** What a command that ended badly says, and its exit code. */
export interface Report {
  text: string;
  exitCode: number;
}

/** Characters of a line that are shown: what came from outside may be longer than anybody reads. */
const LONGEST = 2000;

/**
 * Says why a command ended.
 *
 * @param label how the command is called in front of a message, such as "status.sh"
 */
export function reportOf(error: unknown, label: string): Report {
  const known = commandError(error);
  const text = plainText(linesOf(known, label).join("\n"))
    .split("\n")
    .map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line))
    .join("\n");
  return { text: text === "" ? "" : `${text}\n`, exitCode: known.exitCode };
}

function linesOf(error: CommandError, label: string): string[] {
  if (error instanceof ExitError) return [];
  if (error instanceof ProblemsError) return error.problems;
  if (error instanceof InterruptedError) {
    return error.step === undefined
      ? []
      : [`${label}: interrupted in step "${error.step}"; ${error.next ?? "run it again to go on"}`];
  }
  return [
    ...(error instanceof StepError ? error.reasons.map((reason) => `    ${reason}`) : []),
    `${label}: ${error.message}`,
    ...(error.serves === undefined ? [] : [`  ${error.serves}`]),
    ...(error.next === undefined ? [] : [`  next: ${error.next}`]),
  ];
}
