import { renderTable, shortCommit } from "../cli/table.ts";

/** One thing that was done to an environment. */
export interface ReleaseRecord {
  /** RFC 3339. */
  started: string;
  /** release, canary, promote or rollback. */
  action: string;
  release: string;
  image: string;
  commit: string;
  by: string;
  /** served, failed or killed. */
  result: string;
  seconds: number;
  /** It can be gone back to without a registry. */
  kept: boolean;
  /** It is what serves now, and this is how it came to. */
  serving: boolean;
}

/** Reads the tab-separated lines of host/releases, oldest first; `serving` names what serves now. */
export function parseReleases(text: string, serving: string): ReleaseRecord[] {
  const records = text
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => {
      const [started = "", action = "", release = "", image = "", commit = "", ...rest] =
        line.split("\t");
      const [by = "", result = "", seconds = "0", kept = "no"] = rest;
      return {
        started,
        action,
        release,
        image,
        commit,
        by,
        result,
        seconds: Number(seconds),
        kept: kept === "yes",
        serving: false,
      };
    });
  const last = records.findLast(
    (record) =>
      record.release === serving && record.result === "served" && record.action !== "canary",
  );
  if (last !== undefined) last.serving = true;
  return records;
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
