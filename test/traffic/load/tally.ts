import { type Sample, slowTime } from "./plan.ts";

/** What became of a load; all times in milliseconds. */
export interface Tally {
  sent: number;
  /** No answer, or another status than expected. */
  failed: number;
  /** The right status with a wrong body, or from a release that must not answer. */
  wrong: number;
  /** From when a request was due to its whole answer; of slow ones what they took beyond their 2 s. */
  p50: number;
  p99: number;
  max: number;
  /** The longest time in which no request was answered as it should be; slow ones do not count. */
  pause: number;
  /** How late requests were sent: a generator that was held up shows here. */
  lagP99: number;
  lagMax: number;
  /** How many answers each release gave. */
  releases: Record<string, number>;
  /** How many requests failed in each way. */
  failures: Record<string, number>;
  /** What went wrong, in words, the first few of them. */
  examples: string[];
}

/** The samples of requests that were due between two moments. */
export const between = (samples: Sample[], from: number, to: number): Sample[] =>
  samples.filter(({ due }) => due >= from && due <= to);

/** Counts. Releases other than `allowed`, when given, are wrong ones. */
export function tally(samples: Sample[], allowed?: Iterable<string>): Tally {
  const known = allowed && new Set(allowed);
  const releases: Record<string, number> = {};
  const failures: Record<string, number> = {};
  const bad: string[] = [];
  let failed = 0;
  let wrong = 0;
  for (const sample of samples) {
    const { release, failure } = sample;
    if (release !== undefined) releases[release] = (releases[release] ?? 0) + 1;
    const error = failure ? undefined : (sample.wrong ?? stranger(release, known));
    if (failure) {
      failed++;
      const way = failure.split(":")[0] ?? failure;
      failures[way] = (failures[way] ?? 0) + 1;
    } else if (error) wrong++;
    if (failure || error) bad.push(describe(sample, failure ?? error ?? ""));
  }
  const took = sorted(samples.map(timeOf));
  const lag = sorted(samples.map(({ due, sent }) => sent - due));
  return {
    sent: samples.length,
    failed,
    wrong,
    p50: quantile(took, 0.5),
    p99: quantile(took, 0.99),
    max: quantile(took, 1),
    pause: longestPause(samples),
    lagP99: quantile(lag, 0.99),
    lagMax: quantile(lag, 1),
    releases,
    failures,
    examples: bad.slice(0, 20),
  };
}

const stranger = (release: string | undefined, known: Set<string> | undefined) =>
  release !== undefined && known && !known.has(release)
    ? `release ${release} must not answer`
    : undefined;

/** From when a request was due to its whole answer (ms); of a slow one what it took beyond its 2 s. */
export const timeOf = ({ kind, due, done }: Sample): number =>
  done - due - (kind === "slow" ? slowTime : 0);

/** Slow requests are left out: one that began before an outage may end within it. */
function longestPause(samples: Sample[]): number {
  if (samples.length === 0) return 0;
  const quick = samples.filter(({ kind }) => kind !== "slow");
  const good = sorted(
    quick.filter(({ failure, wrong }) => !failure && !wrong).map(({ done }) => done),
  );
  const first = Math.min(...quick.map(({ due }) => due));
  const last = quick.reduce((latest, { done }) => Math.max(latest, done), first);
  const moments = [first, ...good, last];
  return moments.reduce(
    (longest, moment, i) => Math.max(longest, moment - (moments[i - 1] ?? moment)),
    0,
  );
}

const sorted = (values: number[]) => values.sort((a, b) => a - b);

const quantile = (values: number[], share: number) =>
  values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** One line about a request that went wrong. */
function describe({ n, kind, fresh, sent, done, release }: Sample, why: string): string {
  const way = fresh ? "fresh connection" : "kept connection";
  const at = new Date(sent).toISOString();
  return `${at} #${n} ${kind}, ${way}, ${Math.round(done - sent)} ms, ${release ?? "no release"}: ${why}`;
}
