import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Scene } from "../backups/vm/scene.ts";
import type { Stage } from "../support/stage.ts";
import { backups, fill } from "../survival/fill.ts";
import { startLoad } from "../traffic/load/load.ts";
import { clock } from "../traffic/load/plan.ts";
import { between, tally } from "../traffic/load/tally.ts";
import { type Comparison, compare, slicesOf, verdict, type Window } from "./compare.ts";
import { setStorageApart, storageTook, yieldStorage } from "./storage-apart.ts";

/** What backups cost those who use the app, the VM and whoever pays for the storage. */
export interface BackupCost {
  /** Of the database. */
  megabytes: number;
  /** Of requests, while nothing is under way and while a backup is made. */
  p99: Comparison;
  failed: number;
  /** How late requests were sent (ms, of 99 of 100): a computer that has other things to do shows here. */
  late: number;
  /** How long one was made, and for how many seconds of that it took a processor. */
  seconds: number;
  processor: number;
  /** For how many the storage took one, which at Hetzner is one of another machine. */
  storage: number;
  /** The most memory that pgBackRest had, in all its processes (MB). */
  memory: number;
  /** Bytes stored of the database, and of the log of a day of such writes. */
  stored: number;
  day: number;
}

/** What a backup leaves to do, the storage's deletions among it, is over so many milliseconds after it. */
const settled = 5000;
const list = z.record(z.string(), z.looseObject({ size: z.number().optional() }));
/**
 * Looks at the container that the backup is made in, each 0.5 s until it has ended, and prints the most memory of its
 * processes (KB) and its time of a processor (µs).
 */
const watch = `
run=/run; . /opt/onebox/host/lib/trial.sh
/opt/onebox/bin/backup stage full >/run/bench.said 2>&1 & backup=$!; most=0 took=0
while kill -0 $backup 2>/dev/null; do
  read -r id now <<<"$(ps -C pgbackrest -o pid=,rss=,args= | awk '/type=full/ { id = $1; sum += $2 } END { print id, sum + 0 }')"
  if [ -n "\${now:-}" ]; then
    if [ "$now" -gt "$most" ]; then most=$now; fi
    group=$(cgroup_of "$id" cpuacct 2>/dev/null) || true
    if [ -e "$group/cpuacct.usage" ]; then now=$(($(<"$group/cpuacct.usage") / 1000)); else now=$(sed -n 's/^usage_usec //p' "$group/cpu.stat"); fi
    took=\${now:-$took}
  fi
  sleep 0.5
done
wait $backup || { cat /run/bench.said >&2; exit 1; }
echo "$most $took"`;

/**
 * Measures it on a stage that gets backups by it. The first full backup under load is the one that is looked at: that costs
 * something too, so it is no window of requests, and all has run once when these begin.
 */
export async function measureBackups(
  stage: Stage,
  rounds: number,
  say: (text: string) => void,
): Promise<BackupCost> {
  await setStorageApart(stage);
  const scene = new Scene(stage);
  scene.configure(backups);
  await stage.run("deploy.sh", "stage");
  await yieldStorage(stage);
  const megabytes = Number(process.env.ONEBOX_DATABASE_MB ?? "1024");
  say(`filling the database with ${megabytes} MB`);
  await fill(scene, megabytes);
  await stage.onVm("HURRY=1 /opt/onebox/bin/backup stage incr"); // has waited for the first one, and for all that log
  await scene.sql("CHECKPOINT");
  const address = await stage.vm.address();
  const load = startLoad({ address, host: stage.host });
  try {
    say("warming up: a backup that is looked at");
    const began = clock();
    const unused = await storageTook(stage);
    const [memory = 0, processor = 0] = (await stage.onVm(watch)).split(" ").map(Number);
    const took = clock() - began;
    const storage = (await storageTook(stage)) - unused;
    const size = await stored(stage, "backup", /F\//);
    await sleep(settled);
    const before = await stored(stage, "archive");
    const since = clock();
    const windows: { from: number; to: number; busy: boolean }[] = [];
    const window = async (busy: boolean, work: Promise<unknown>) => {
      const from = clock();
      await work;
      windows.push({ from, to: clock(), busy });
      await sleep(settled);
    };
    await window(false, sleep(took));
    const day = (((await stored(stage, "archive")) - before) / (clock() - since)) * 86_400_000;
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round}: a backup, and a window of its length without one`);
      await window(true, stage.onVm("/opt/onebox/bin/backup stage full"));
      await window(false, sleep(took));
    }
    const samples = await load.stop();
    const times = (wanted: boolean): Window[] =>
      windows.filter(({ busy }) => busy === wanted).map((one) => slicesOf(samples, one));
    const { failed, lagP99 } = tally(windows.flatMap(({ from, to }) => between(samples, from, to)));
    return {
      ...{ megabytes, day, memory: memory / 1024, seconds: took / 1000, stored: size },
      ...{ processor: processor / 1e6, storage },
      p99: compare(times(false), times(true)),
      ...{ failed, late: lagP99 },
    };
  } finally {
    await load.stop();
  }
}

/** Bytes that the storage holds; of backups those of the newest whose files' names have this form. */
async function stored(stage: Stage, part: "archive" | "backup", form?: RegExp): Promise<number> {
  const said = await stage.onVm(
    `docker exec -u postgres onebox-stage-database pgbackrest repo-ls --recurse --output=json ${part}/stage`,
  );
  const files = Object.entries(list.parse(JSON.parse(said)));
  const fitting = files.filter(([name]) => form === undefined || form.test(name));
  const newest =
    fitting
      .map(([name]) => name.split("/")[0] ?? "")
      .toSorted()
      .at(-1) ?? "";
  return fitting
    .filter(([name]) => form === undefined || name.startsWith(newest))
    .reduce((sum, [, { size = 0 }]) => sum + size, 0);
}

const goal = 1.1;

/** Prints it with its goal. */
export function printBackups(cost: BackupCost): void {
  const { megabytes, p99, failed, late, seconds, processor, storage, memory, stored, day } = cost;
  const size = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
  const ms = (...times: number[]) => `${times.map((time) => time.toFixed(1)).join(", ")} ms`;
  console.log(`
a backup of ${megabytes} MB took ${seconds.toFixed(0)} s, ${processor.toFixed(0)} s of a processor and at most ${memory.toFixed(0)} MB of memory
the storage, which is on this computer too, in memory, took ${storage.toFixed(0)} s of what the VM left of the processors
stored: ${size(stored)} for the database, ${size(day)} for the log of a day of 20 writes/s (a window's, as often as a day has it)
100 requests/s, ${failed} failed, sent at most ${ms(late)} late (99 of 100)
p99 of each window by itself: ${ms(...p99.idle)} without a backup; ${ms(...p99.busy)} with one
all windows together: ${ms(p99.before)} without, ${ms(p99.during)} with; one half of the slices without a backup against the other: ${p99.none.toFixed(2)}
p99 while a backup is made: ${p99.ratio.toFixed(2)} times that without (${p99.low.toFixed(2)} to ${p99.high.toFixed(2)} in nine of ten draws)      goal: ${goal.toFixed(2)}, ${verdict(p99, goal)}`);
}
