import { renderTable, shortCommit } from "../table.ts";
import type { History } from "./answers.ts";

/** One thing that was done to an environment. */
export interface ReleaseRecord extends History {
  /** It is currently serving, and this is how it came to. */
  serving: boolean;
}

/** An environment's history, oldest first, with a mark where what is currently serving came to serve. */
export function recordsOf(history: History[], serving: string | undefined): ReleaseRecord[] {
  const last = history.findLastIndex(
    ({ release, result, action }) =>
      release === serving && result === "served" && action !== "canary",
  );
  return history.map((record, index) => ({ ...record, serving: index === last }));
}

/** Renders the table that a person reads, newest first. */
export function renderReleases(records: ReleaseRecord[]): string {
  if (records.length === 0) return "nothing was released yet";
  return renderTable([
    ["", "WHEN", "WHAT", "RELEASE", "COMMIT", "BY", "RESULT", "TIME", "ROLLBACK"],
    ...records
      .toReversed()
      .map((record) => [
        record.serving ? "*" : "",
        record.started.replace("T", " ").replace("Z", ""),
        record.action,
        record.release,
        shortCommit(record.commit),
        record.by,
        record.result,
        `${record.seconds} s`,
        record.serving ? "serves" : record.kept ? "possible" : "-",
      ]),
  ]);
}
