import { createHash } from "node:crypto";

/** A generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The numbers of one draw. One of another name has others: else what is drawn first would settle what can be drawn
 * after it.
 */
export function numbersOf(draw: string, of: number = seed): () => number {
  return random(of ^ createHash("sha256").update(draw).digest().readInt32BE());
}

/** The same in another order. */
export function shuffle<T>(list: T[], next: () => number): T[] {
  return list
    .map((item) => ({ item, order: next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

/**
 * So many of a list: first, of each group of `musts`, one that fits, unless one is there; then any others.
 *
 * @param count how many in all; the musts come in any case
 */
export function sample<T>(
  list: T[],
  count: number,
  musts: ((item: T) => boolean)[],
  next: () => number,
): T[] {
  const left = shuffle(list, next);
  const chosen: T[] = [];
  const take = (fits: (item: T) => boolean) => {
    const at = left.findIndex(fits);
    if (at >= 0) chosen.push(...left.splice(at, 1));
  };
  for (const must of musts) if (!chosen.some(must)) take(must);
  while (chosen.length < count && left.length > 0) take(() => true);
  return list.filter((item) => chosen.includes(item));
}

/** How much of a large space a run takes, by a variable of the environment: a number, or "all" of one that has an end. */
export function amount(name: string, otherwise: number, ends = true): number {
  const text = process.env[name];
  return text ? readAmount(name, text, ends) : otherwise;
}

/** Of a list as many as a variable of the environment says; all of it where it says nothing. */
export function drawn<T>(variable: string, list: readonly T[], least = 1): T[] {
  const count = Math.max(least, amount(variable, list.length));
  return sample([...list], count, [], numbersOf(variable));
}

/** The amount that a variable names. */
export function readAmount(name: string, text: string, ends = true): number {
  if (ends && text === "all") return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`${name}=${text}: a whole number from 1${ends ? ", or all" : ""}`);
}

/** What chooses a sample: scripts/test.sh tells; by hand another one each day. */
export const seed: number = Number(process.env.ONEBOX_SEED || Math.floor(Date.now() / 86_400_000));
