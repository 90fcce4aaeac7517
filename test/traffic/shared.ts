import { loadavg } from "node:os";
import type { Tally } from "./load/tally.ts";

/** What each way of deploying did to its load, for the table at the end. */
export const figures: { way: string; switches: number; tally: Tally }[] = [];

after(() => {
  const ms = (value: number) => `${Math.round(value)} ms`;
  for (const { way, switches, tally } of figures) {
    console.log(
      `    ${way}: ${switches} switches, ${tally.sent} requests, ${tally.failed} failed, ${tally.wrong} wrong, ` +
        `p50 ${ms(tally.p50)}, p99 ${ms(tally.p99)}, max ${ms(tally.max)}, longest pause ${ms(tally.pause)}, sent at most ${ms(tally.lagMax)} late`,
    );
  }
  const busy = loadavg().map((value) => value.toFixed(1));
  console.log(`    this computer's load average over 1, 5 and 15 minutes: ${busy.join(", ")}`);
});
