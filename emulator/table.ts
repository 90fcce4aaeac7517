/** Lines of a table whose columns are as wide as their content; none when there are no rows. */
export function table(titles: string[], rows: unknown[][]): string[] {
  if (rows.length === 0) return [];
  const text = [titles, ...rows.map((row) => row.map((cell) => String(cell ?? "-")))];
  const widths = titles.map((_, at) => Math.max(...text.map((line) => line[at]?.length ?? 0)));
  return text.map((line) =>
    `  ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd(),
  );
}
