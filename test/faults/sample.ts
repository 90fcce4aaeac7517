import { amount, numbersOf, sample } from "../support/sample.ts";

const count = amount("ONEBOX_FAULTS", Number.POSITIVE_INFINITY);
const next = numbersOf("ONEBOX_FAULTS");

/** Whether this run takes all there is: what takes minutes is for such a run only. */
export const all = count === Number.POSITIVE_INFINITY;

/** As many of the defences as this run takes, by the faults that each stops; in any case the one against `must`. */
export function defences<T extends { name: string }>(faults: T[][], must: string): T[][] {
  const most = amount("ONEBOX_FAULT_DEFENCES", Number.POSITIVE_INFINITY);
  return sample(faults, most, [(stopped) => stopped.some(({ name }) => name === must)], next);
}

/** Of faults that one and the same defence stops, as many as this run takes; all of them by hand. */
export function some<T>(faults: T[]): T[] {
  return sample(faults, count, [], next);
}
