/** How many vulnerabilities an image may have, and which are known and borne for a while. */
export interface Budget {
  /** The most of each severity; one that is not named has no limit. */
  most: Record<string, number>;
  /** Count only what a newer package would mend. */
  onlyFixable: boolean;
  accepted: { id: string; reason: string /** The day it ends, YYYY-MM-DD. */; until: string }[];
}

/** What of Grype's report is used. */
interface GrypeReport {
  matches: {
    vulnerability: { id: string; severity: string; fix?: { state?: string; versions?: string[] } };
    artifact: { name: string; version: string };
  }[];
}

/** A scan held against its budget. */
export interface Verdict {
  withinBudget: boolean;
  /** For the job's summary. */
  text: string;
}

const severities = ["critical", "high", "medium", "low", "negligible", "unknown"];

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
    ...all.filter(({ severity }) => over.includes(severity)).map(({ line }) => `- ${line}`),
    ...ended.map(
      ({ id, until }) => `- the exception for ${id} ended on ${until}; mend it or decide anew`,
    ),
  ];
  return { withinBudget, text: text.join("\n").trimEnd() };
}
