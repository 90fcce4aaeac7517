/** A line of CSV, as Docker takes options of several fields: a path may hold commas and quotes. */
export function csvLine(...fields: string[]): string {
  return fields
    .map((text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
    .join(",");
}
