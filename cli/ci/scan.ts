import { readFileSync } from "node:fs";
import { z } from "zod";
import { RefusedError } from "../errors.ts";

const severities = ["critical", "high", "medium", "low", "negligible", "unknown"] as const;

const budgetSchema = z.strictObject({
  /** The most of each severity; one that is not named has no limit. */
  most: z.partialRecord(z.enum(severities), z.int().nonnegative()),
  /** Count only what a newer package would mend. */
  onlyFixable: z.boolean(),
  accepted: z.array(
    z.strictObject({
      id: z.string(),
      reason: z.string(),
      /** The day it ends. */
      until: z.iso.date(),
    }),
  ),
});
/** How many vulnerabilities an image may have, and which are known and accepted for a while. */
export type Budget = z.infer<typeof budgetSchema>;

const fix = z.object({ state: z.string(), versions: z.array(z.string()).nullable() }).partial();
const reportSchema = z.object({
  matches: z.array(
    z.object({
      vulnerability: z.object({ id: z.string(), severity: z.string(), fix: fix.optional() }),
      artifact: z.object({ name: z.string(), version: z.string() }),
    }),
  ),
});
/** What of Grype's report is used. */
type GrypeReport = z.infer<typeof reportSchema>;

/** Reads Grype's report, in JSON. @throws RefusedError */
export const readReport = (file: string): GrypeReport => read(file, reportSchema);

/** The same, where it is no file. @throws RefusedError */
export const parseReport = (name: string, text: string): GrypeReport =>
  parse(`the report on ${name}`, text, reportSchema);

/** Reads a budget. @throws RefusedError */
export const readBudget = (file: string): Budget => read(file, budgetSchema);

function read<T>(file: string, schema: z.ZodType<T>): T {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new RefusedError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  return parse(file, text, schema);
}

function parse<T>(file: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const message = why ? `${why.path.join(".")}: ${why.message}` : (cause as Error).message;
    throw new RefusedError(`${file} cannot be read: ${message}`, { cause });
  }
}

/** A scan held against its budget. */
interface Verdict {
  withinBudget: boolean;
  /** For the job's summary. */
  text: string;
}

/**
 * Holds a report of Grype's against the budget. An exception that has run out makes the scan fail, so
 * that nobody forgets it.
 */
export function holdScan(report: GrypeReport, budget: Budget, today: string): Verdict {
  const ended = budget.accepted.filter((exception) => exception.until < today);
  const accepted = new Set(
    budget.accepted.filter((exception) => exception.until >= today).map(({ id }) => id),
  );
  const found = new Map<string, { severity: string; line: string }>();
  for (const { vulnerability, artifact } of report.matches) {
    const { id, fix } = vulnerability;
    if (accepted.has(id) || (budget.onlyFixable && fix?.state !== "fixed")) continue;
    const severity = vulnerability.severity.toLowerCase();
    const mended = fix?.versions?.length ? `, mended in ${fix.versions.join(", ")}` : "";
    const line = `${id} (${severity}) in ${artifact.name} ${artifact.version}${mended}`;
    found.set(`${id} ${artifact.name} ${artifact.version}`, { severity, line });
  }
  const all = [...found.values()];
  const count = (severity: string) => all.filter((one) => one.severity === severity).length;
  const over = severities.filter(
    (severity) => count(severity) > (budget.most[severity] ?? Infinity),
  );
  const withinBudget = over.length === 0 && ended.length === 0;
  const rows = severities.map(
    (severity) =>
      `| ${severity} | ${count(severity)} | ${budget.most[severity] ?? "any number"}${over.includes(severity) ? " **over**" : ""} |`,
  );
  const text = [
    `## Vulnerabilities: ${withinBudget ? "within the budget" : "over the budget"}`,
    "",
    `| severity | found | may be |\n| --- | ---: | ---: |`,
    ...rows,
    "",
    ...all
      .filter(({ severity }) => over.some((name) => name === severity))
      .map(({ line }) => `- ${line}`),
    ...ended.map(
      ({ id, until }) => `- the exception for ${id} ended on ${until}; mend it or decide anew`,
    ),
  ];
  return { withinBudget, text: text.join("\n").trimEnd() };
}
