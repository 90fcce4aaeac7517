import { RefusedError } from "../errors.ts";

/** What a database is restored to. */
export type Target =
  | { kind: "newest" }
  | { kind: "time"; time: Date }
  | { kind: "backup"; label: string };

const LABEL = /^\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?$/;
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * Reads --to: a time as ISO 8601 writes it, UTC unless it names an offset, or a backup's name.
 *
 * @throws RefusedError
 */
export function parseTarget(text: string | undefined, now: Date): Target {
  if (text === undefined) return { kind: "newest" };
  if (LABEL.test(text)) return { kind: "backup", label: text };
  return { kind: "time", time: parseTime(text, "--to", now) };
}

/**
 * Reads a moment of the past.
 *
 * @throws RefusedError
 */
export function parseTime(text: string, option: string, now: Date): Date {
  const found = TIME.exec(text);
  const time = new Date(
    found === null ? "" : `${text.replace(" ", "T")}${found[3] === undefined ? "Z" : ""}`,
  );
  if (Number.isNaN(time.getTime()) || !isDay(text.slice(0, 10))) {
    const backup = option === "--to" ? ", or a backup as scripts/backup.sh list names it" : "";
    throw new RefusedError(`${option} needs a time such as 2026-11-26T08:15:00Z${backup}`);
  }
  if (time > now) throw new RefusedError(`${option}: ${text} is in the future`);
  return time;
}

/** Whether the calendar has it: JavaScript takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  return new Date(text).toISOString().startsWith(text);
}

/** The words for the VM's programs; none of them needs quotes. */
export function wordsOf(target: Target): string[] {
  if (target.kind === "time") return ["--time", target.time.toISOString()];
  if (target.kind === "backup") return ["--set", target.label];
  return [];
}
