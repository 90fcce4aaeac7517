import { amount, random, sample, seed } from "../support/sample.ts";

const count = amount("ONEBOX_FAULTS", Number.POSITIVE_INFINITY);
const next = random(seed);

/** Whether this run takes all there is: what takes minutes is for such a run only. */
export const all = count === Number.POSITIVE_INFINITY;

/** Of faults that one and the same defence stops, as many as this run takes; all of them by hand. */
export function some<T>(faults: T[]): T[] {
  return sample(faults, count, [], next);
}
