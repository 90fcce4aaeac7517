import { setTimeout as sleep } from "node:timers/promises";
import { startLoad } from "../traffic/load/load.ts";
import { clock } from "../traffic/load/plan.ts";
import { between, type Tally, tally } from "../traffic/load/tally.ts";

/** What one code-only change did to those who used the app meanwhile. */
export interface Change {
  /** From the command to the first answer of the new release (s). */
  seconds: number;
  /** From the command to its end (s). */
  whole: number;
  /** The 10 s before that answer and the 10 s after it. */
  switching: Tally;
}

const around = 10_000;

/** Changes the release under load; `work` returns the name of the new one. */
export async function measureChange(
  address: string,
  host: string,
  work: () => Promise<string>,
): Promise<Change> {
  const load = startLoad({ address, host });
  await sleep(around);
  const from = clock();
  const release = await work().catch(async (error: unknown) => {
    await load.stop();
    throw error;
  });
  const whole = (clock() - from) / 1000;
  await sleep(around);
  const samples = await load.stop();
  const answers = samples.filter((sample) => sample.release === release).map(({ done }) => done);
  const first = Math.min(...answers);
  if (first === Number.POSITIVE_INFINITY) throw new Error(`${release} never answered at ${host}`);
  return {
    ...{ seconds: (first - from) / 1000, whole },
    switching: tally(between(samples, first - around, first + around)),
  };
}
