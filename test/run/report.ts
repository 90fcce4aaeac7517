import { basename } from "node:path";
import { type Tier, tiers } from "./arguments.ts";
import type { Cost } from "./processors.ts";
import type { Counts, Timed } from "./results.ts";
import { leftOut } from "./sampling.ts";
import type { Suite } from "./suites/suite.ts";
import type { Times } from "./times.ts";

/** How a suite went. */
export interface Outcome extends Counts {
  suite: Suite;
  seconds: number;
  cost: Cost;
  /** It has passed in a run before this one. */
  earlier?: true;
  /** What it was told about its sample. */
  settings: Record<string, string>;
}

/** Seconds as people say them. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

const processors = ({ seconds, partly }: Cost) =>
  `${Math.round(seconds)} s of a processor${partly ? " but for containers" : ""}`;

const sum = (outcomes: Outcome[], key: "passed" | "failed") =>
  outcomes.reduce((total, outcome) => total + outcome[key], 0);

/** The last line of every run. */
export const lastLine = (outcomes: Outcome[]): string =>
  `${sum(outcomes, "passed")} passed, ${sum(outcomes, "failed")} failed`;

/** What a run has to say at its end, up to the line that counts. */
export function renderReport(
  outcomes: Outcome[],
  seed: number,
  seconds: number,
  together: Cost,
): string {
  const slowest = slow(outcomes)
    .slice(0, 10)
    .map(({ name, seconds }) => `  ${duration(seconds).padStart(12)}  ${name}`);
  const earlier = outcomes.reduce((sum, each) => sum + (each.earlier ? each.seconds : 0), 0);
  const parts = [
    [
      "time of each suite, and what it cost",
      ...table(outcomes),
      `  ${duration(seconds).padStart(12)}  together; ${processors(together)}`,
      ...(earlier > 0
        ? [`  ${duration(earlier).padStart(12)}  in earlier runs, if one after the other`]
        : []),
    ],
    ["ten slowest tests, and what comes before and after tests", ...slowest],
    [`samples, chosen by seed ${seed}`, ...sampled(outcomes)],
    ["failed", ...failed(outcomes)],
  ];
  return parts
    .filter(({ length }) => length > 1)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

const byTime = (outcomes: Outcome[]) => outcomes.toSorted((a, b) => b.seconds - a.seconds);

function table(outcomes: Outcome[]): string[] {
  return byTime(outcomes).map(({ suite, seconds, cost, passed, failed, earlier }) => {
    const counts = `${passed} passed${failed > 0 ? `, ${failed} FAILED` : ""}`;
    const note = earlier ? "in an earlier run" : processors(cost);
    return `  ${duration(seconds).padStart(12)}  ${suite.name}: ${counts}; ${note}`;
  });
}

function slow(outcomes: Outcome[]): Timed[] {
  return outcomes
    .flatMap(({ suite, timed }) =>
      timed.map(({ name, seconds }) => ({ name: `${suite.name}: ${name}`, seconds })),
    )
    .filter(({ seconds }) => seconds >= 1)
    .sort((a, b) => b.seconds - a.seconds);
}

function sampled(outcomes: Outcome[]): string[] {
  return outcomes.flatMap(({ suite, settings }) => {
    if (suite.sample === undefined) return [];
    const told = Object.keys(suite.sample.default).map((key) => `${key}=${settings[key]}`);
    const without = leftOut(suite.sample, settings).map((file) => basename(file, ".test.ts"));
    const left = without.length > 0 ? `; without ${without.join(", ")}` : "";
    return [`  ${suite.name}: ${suite.sample.of} (${told.join(" ")})${left}`];
  });
}

function failed(outcomes: Outcome[]): string[] {
  return outcomes.flatMap(({ suite, failures }) =>
    failures.map(({ name, message }) => {
      const lines = message.split("\n");
      const said = lines.length > 12 ? [...lines.slice(0, 12), "…"] : lines;
      return `  ${suite.name}: ${name}\n${said.map((line) => `      ${line}`).join("\n")}`;
    }),
  );
}

/**
 * The same for the summary of a workflow's run, and for the issue about it.
 *
 * @param cut the suites that ran when it was interrupted, if it was
 */
export function renderMarkdown(
  outcomes: Outcome[],
  seed: number,
  seconds: number,
  cut?: string[],
): string {
  const rows = byTime(outcomes).map(
    ({ suite, seconds, passed, failed }) =>
      `| ${suite.name} | ${passed} | ${failed || ""} | ${duration(seconds)} |`,
  );
  const indent = (lines: string[]) => lines.join("\n").replace(/^/gm, "    ");
  const parts = [
    `## ${lastLine(outcomes)}`,
    `In ${duration(seconds)}, with seed ${seed}.`,
    ...(cut ? [`It was interrupted while these ran: ${cut.join(", ") || "none"}.`] : []),
    ["| suite | passed | failed | time |", "| --- | ---: | ---: | ---: |", ...rows].join("\n"),
    ...(failed(outcomes).length > 0 ? [indent(failed(outcomes))] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What --list prints: the suites by tier, with the time that each took last. */
export function renderList(suites: Suite[], times: Times): string {
  const width = Math.max(...suites.map(({ name }) => name.length));
  const line = ({ name, lane, sample }: Suite) => {
    const last = times[name];
    const took = last === undefined ? "-" : duration(last.seconds);
    const notes = [lane === "alone" ? "alone" : "", sample ? `sampled: ${sample.of}` : ""];
    const note = notes.filter(Boolean).join("; ");
    return `  ${name.padEnd(width)}  ${took.padStart(12)}  ${note}`.trimEnd();
  };
  return tiers
    .map((tier: Tier) => [
      tier === "default" ? "default" : `--${tier}`,
      ...suites.filter((suite) => suite.tier === tier).map(line),
    ])
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}
