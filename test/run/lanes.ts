/** What runs beside it: other shared ones, or nothing, because it counts requests or measures time. */
export type Lane = "shared" | "alone";

/** What the lanes need to know of a suite. */
interface Job {
  name: string;
  lane: Lane;
  /** Whether it needs what only one can have at a time. */
  stage?: true;
}

/**
 * Orders jobs: shared ones first, then those that run alone, each the longest first, so that the lanes end together.
 * What has never been timed counts as long.
 */
export function inOrder<T extends Job>(
  jobs: T[],
  seconds: (name: string) => number | undefined,
): T[] {
  const length = ({ name }: Job) => seconds(name) ?? Number.POSITIVE_INFINITY;
  const rank = ({ lane }: Job) => (lane === "shared" ? 0 : 1);
  return jobs.toSorted(
    (a, b) => rank(a) - rank(b) || (length(a) === length(b) ? 0 : length(b) - length(a)),
  );
}

/**
 * Runs jobs in their order: shared ones side by side in so many lanes, but never two that need the stage; others
 * while nothing else runs. Stops beginning new ones when `ends` says so.
 */
export async function runInLanes<T extends Job>(
  jobs: T[],
  lanes: number,
  run: (job: T) => Promise<void>,
  ends: () => boolean = () => false,
): Promise<void> {
  const shared = jobs.filter(({ lane }) => lane === "shared");
  const running = new Map<T, Promise<void>>();
  while ((shared.length > 0 || running.size > 0) && !(ends() && running.size === 0)) {
    const taken = [...running.keys()].some(({ stage }) => stage);
    const at = shared.findIndex(({ stage }) => !(stage && taken));
    if (ends() || running.size === lanes || at < 0) {
      await Promise.race(running.values());
      continue;
    }
    const [job] = shared.splice(at, 1) as [T];
    running.set(
      job,
      run(job).finally(() => running.delete(job)),
    );
  }
  for (const job of jobs.filter(({ lane }) => lane === "alone")) {
    if (!ends()) await run(job);
  }
}

/** One more lane than processors, as a suite waits for much, while the machines of each fit into the memory. */
export function lanesFor(processors: number, memory: number): number {
  const gib = memory / 2 ** 30;
  return Math.max(1, Math.min(processors + 1, Math.floor(gib / 5), 4));
}
