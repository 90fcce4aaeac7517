import { plainText } from "./plain-text.ts";

/** Renders rows of text as columns, the first row as the head. A cell may hold whatever came from outside. */
export function renderTable(cells: string[][]): string {
  const rows = cells.map((row) => row.map((cell) => plainText(cell).replace(/\s+/g, " ")));
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A commit as people read it: seven digits; what follows the hash, such as "-dirty", stays. */
export function shortCommit(commit: string): string {
  return commit.replace(/^([0-9a-f]{7})[0-9a-f]*/, "$1");
}

/** How long ago, in the largest unit that is not zero. */
export function agoOf(since: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
