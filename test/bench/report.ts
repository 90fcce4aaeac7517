import type { Tally } from "../traffic/load/tally.ts";
import type { Everyday } from "./everyday.ts";
import type { Floor } from "./floor.ts";
import type { Change } from "./measure.ts";

interface Results {
  ways: [string, Change[]][];
  floors: Floor[];
  /** Seconds, one for each round. */
  ready: number[];
  rollbacks: number[];
  /** While Traefik was replaced. */
  edge: Tally;
  everyday: Everyday;
}

/** Prints what was measured: sums of what was lost, the worst pause, and medians of times. */
export function printReport({ ways, floors, ready, rollbacks, edge, everyday }: Results): void {
  const floor = median(floors.map(({ total }) => total));
  console.log(
    `\nOne switch under 100 requests/s, ${floors.length} rounds; times are medians, pauses the longest\n`,
  );
  const rows = ways.map(([name, changes]) => {
    const all = changes.map(({ switching }) => switching);
    const seconds = median(changes.map((change) => change.seconds));
    return [
      name,
      `${sum(all.map(({ failed }) => failed))} of ${sum(all.map(({ sent }) => sent))}`,
      `${sum(all.map(({ wrong }) => wrong))}`,
      `${Math.round(median(all.map(({ p99 }) => p99)))} ms`,
      `${Math.round(Math.max(...all.map(({ pause }) => pause)))} ms`,
      `${seconds.toFixed(1)} s`,
      `${(seconds / floor).toFixed(2)}`,
    ];
  });
  const head = ["", "dropped", "wrong", "p99", "longest pause", "change to answer", "of the floor"];
  const widths = head.map((text, i) =>
    Math.max(text.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  for (const row of [head, ...rows]) {
    console.log(row.map((cell, i) => cell[i ? "padStart" : "padEnd"](widths[i] ?? 0)).join("  "));
  }
  const changes = (ways[0]?.[1] ?? []).map(({ seconds }) => seconds);
  const part = (name: keyof Floor) => median(floors.map((one) => one[name])).toFixed(1);
  const { setup, again, status, commit } = everyday;
  const whole = (ways[0]?.[1] ?? []).map((change) => change.whole);
  console.log(`
floor: ${floor.toFixed(1)} s (build ${part("build")}, push ${part("push")}, pull ${part("pull")}, start until healthy ${part("start")})
new release ready -> it answers: ${list(ready)}      goal: 0.5 s
rollback reaches the VM -> the old release answers: ${list(rollbacks)}      goal: 1 s
code-only change: ${(median(changes) / floor).toFixed(2)} of the floor      goal: 1.25     (${list(changes)}; floor: ${list(floors.map(({ total }) => total))})
to the end of the command: ${(median(whole) / floor).toFixed(2)} of the floor      goal: 1.5      (${list(whole)})
Traefik itself replaced: ${edge.failed} of ${edge.sent} failed, longest pause ${Math.round(edge.pause)} ms      goal: 1 s
nothing to do: setup ${setup.toFixed(1)} s, deploy ${again.toFixed(1)} s, status ${status.toFixed(1)} s      goal: 2 s, 2 s, 1 s
commit with the git hooks: ${commit.toFixed(1)} s      goal: 4 s`);
}

const list = (values: number[]) => values.map((value) => `${value.toFixed(2)} s`).join(", ");
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
