import { random } from "../support/sample.ts";
import type { Sample } from "../traffic/load/plan.ts";
import { between, timeOf } from "../traffic/load/tally.ts";

/** How much longer requests take while something is under way, and how far that can be told. */
export interface Comparison {
  /** The p99 of each window (ms): they differ among themselves by what the computer does besides. */
  idle: number[];
  busy: number[];
  /** The p99 of all idle and of all busy requests (ms), and how many times the one the other is. */
  before: number;
  during: number;
  ratio: number;
  /** In nine of ten draws of as many windows and slices, the ratio lies between these. */
  low: number;
  high: number;
  /** What such a ratio is where there is nothing to find: every second idle slice against the others. */
  none: number;
}

/** A window's times (ms), in slices: requests close to each other share their fate, slices less so. */
export type Window = number[][];

/** What the requests of a window took, in slices of 10 s or a little more. */
export function slicesOf(samples: Sample[], { from, to }: { from: number; to: number }): Window {
  const count = Math.max(1, Math.floor((to - from) / 10_000));
  const length = (to - from) / count;
  return Array.from({ length: count }, (_, n) =>
    between(samples, from + n * length, from + (n + 1) * length).map(timeOf),
  );
}

/**
 * Compares windows. Their requests are pooled: of a window of a minute at 100 requests/s, sixty decide on the p99, and
 * the same few checks and timers may fall into it or not.
 */
export function compare(idle: Window[], busy: Window[], draws = 1000): Comparison {
  const quiet = pool(idle);
  const loaded = pool(busy);
  const next = random(1); // a comparison says the same twice
  const ratios = Array.from({ length: draws }, () => loaded.drawn(next) / quiet.drawn(next));
  ratios.sort((a, b) => a - b);
  const half = (odd: number) => pool([idle.flat().filter((_, n) => n % 2 === odd)]).p99;
  const each = (windows: Window[]) => windows.map((window) => pool([window]).p99);
  return {
    ...{ idle: each(idle), busy: each(busy), before: quiet.p99, during: loaded.p99 },
    ratio: loaded.p99 / quiet.p99,
    low: ratios[Math.floor(draws * 0.05)] ?? 0,
    high: ratios[Math.floor(draws * 0.95)] ?? 0,
    none: half(1) / half(0),
  };
}

/** Whether a ratio keeps to its goal: that is known when the draws agree. */
export function verdict({ low, high }: Comparison, goal: number): string {
  if (high <= goal) return "kept";
  return low > goal ? "missed" : "cannot be told: more rounds, or a quieter computer";
}

/**
 * All requests of these windows: their p99, and that of a draw, which is of as many windows, and of each as many slices as it
 * has, some of both more than once: what else the computer does may last for a slice or for a window.
 */
function pool(windows: Window[]): { p99: number; drawn(next: () => number): number } {
  const slices = windows.flat();
  if (slices.length === 0) throw new Error("there is too little to compare");
  const longest = slices
    .flatMap((slice, from) => slice.map((time) => ({ time, from })))
    .sort((a, b) => b.time - a.time);
  const p99 = (times: number[]) => {
    const all = slices.reduce((sum, slice, n) => sum + slice.length * (times[n] ?? 0), 0);
    let above = all / 100;
    for (const { time, from } of longest) {
      above -= times[from] ?? 0;
      if (above <= 0) return time;
    }
    return 0;
  };
  const firsts = windows.map((_, n) => windows.slice(0, n).flat().length);
  const drawn = (next: () => number) => {
    const below = (count: number) => Math.floor(next() * count);
    const times = slices.map(() => 0);
    for (const _ of windows) {
      const window = below(windows.length);
      const count = windows[window]?.length ?? 0;
      for (let n = 0; n < count; n++) {
        const one = (firsts[window] ?? 0) + below(count);
        times[one] = (times[one] ?? 0) + 1;
      }
    }
    return p99(times);
  };
  return { p99: p99(slices.map(() => 1)), drawn };
}
