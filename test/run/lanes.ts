/** What runs beside it: other shared ones, or nothing, because it compares times. */
export type Lane = "shared" | "alone";

/** What the lanes need to know of a suite. */
interface Job {
  name: string;
  lane: Lane;
  /** Whether it needs a stage, which only one can have at a time. */
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
 * Runs jobs in their order: shared ones side by side in so many lanes, as far as there are stages for those that need
 * one; others while nothing else runs. Stops beginning new ones when `ends` says so.
 *
 * @param run gets the number of the stage, from 1, when the job needs one
 */
export async function runInLanes<T extends Job>(
  jobs: T[],
  { lanes, stages }: { lanes: number; stages: number },
  run: (job: T, stage?: number) => Promise<void>,
  ends: () => boolean = () => false,
): Promise<void> {
  const shared = jobs.filter(({ lane }) => lane === "shared");
  const running = new Map<T, Promise<void>>();
  const free = Array.from({ length: stages }, (_, index) => index + 1);
  const begin = async (job: T) => {
    const stage = job.stage && free.shift();
    try {
      await run(job, stage);
    } finally {
      if (stage !== undefined) free.unshift(stage); // the one that is there already
      running.delete(job);
    }
  };
  while ((shared.length > 0 || running.size > 0) && !(ends() && running.size === 0)) {
    const at = shared.findIndex(({ stage }) => !stage || free.length > 0);
    if (ends() || running.size === lanes || at < 0) {
      await Promise.race(running.values());
      continue;
    }
    const [job] = shared.splice(at, 1) as [T];
    running.set(job, begin(job));
  }
  for (const job of jobs.filter(({ lane }) => lane === "alone")) {
    if (!ends()) await begin(job);
  }
}

/**
 * One more lane than there are processors, because a suite waits for machines for half of its time, and as many as have
 * the memory for a suite's machines, 5 GiB.
 */
export function lanesFor(processors: number, memory: number): number {
  const gib = memory / 2 ** 30;
  return Math.max(1, Math.min(processors + 1, Math.floor(gib / 5), 4));
}
