import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Scene } from "../backups/vm/scene.ts";
import type { Stage } from "../support/stage.ts";
import { backups, fill } from "../survival/fill.ts";
import { startLoad } from "../traffic/load/load.ts";
import { clock } from "../traffic/load/plan.ts";
import { between, tally } from "../traffic/load/tally.ts";

/** What backups cost those who use the app, the VM and whoever pays for the storage. */
export interface BackupCost {
  /** Of the database. */
  megabytes: number;
  /** Milliseconds: before the backup and after it, and while it was made. */
  idle: number[];
  busy: number;
  /** How long it was made, and for how many seconds of that it took a processor. */
  seconds: number;
  processor: number;
  /** The most memory that pgBackRest had, in all its processes. */
  memory: number;
  /** Bytes stored of the database, and of the log of a day of such writes. */
  stored: number;
  day: number;
}

const minute = 60_000;
const list = z.record(z.string(), z.looseObject({ size: z.number().optional() }));
/** Adds up what pgBackRest's processes take, each 0.2 s until the backup has ended, and prints the most of it. */
const watch = `
/opt/onebox/bin/backup stage full >/run/bench.said 2>&1 & backup=$!; most=0
while kill -0 $backup 2>/dev/null; do
  now=$(ps -C pgbackrest -o rss= | awk '{ sum += $1 } END { print sum + 0 }')
  if [ "$now" -gt "$most" ]; then most=$now; fi
  sleep 0.2
done
wait $backup || { cat /run/bench.said >&2; exit 1; }
echo $most`;

/** Measures it on a stage that gets backups by it. */
export async function measureBackups(stage: Stage): Promise<BackupCost> {
  const scene = new Scene(stage);
  scene.configure(backups);
  await stage.run("deploy.sh", "stage");
  const megabytes = Number(process.env.ONEBOX_DATABASE_MB ?? "1024");
  await fill(scene, megabytes);
  await stage.run("backup.sh", "now", "stage"); // has waited for the first one
  await scene.sql("CHECKPOINT");
  const address = await stage.vm.address();
  const load = startLoad({ address, host: stage.host });
  try {
    await sleep(5000);
    const before = await stored(stage, "archive");
    const began = clock();
    await sleep(minute);
    const day = ((await stored(stage, "archive")) - before) * 24 * 60;
    const from = clock();
    const used = await processorOf(stage);
    const memory = Number(await stage.onVm(watch)) / 1024;
    const processor = (await processorOf(stage)) - used;
    const to = clock();
    await sleep(minute);
    const samples = await load.stop();
    const p99 = (start: number, end: number) => tally(between(samples, start, end)).p99;
    return {
      ...{ megabytes, day, memory, processor, seconds: (to - from) / 1000 },
      idle: [p99(began, from), p99(to, clock())],
      busy: p99(from, to),
      stored: await stored(stage, "backup", /F\//),
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

/** Seconds of a processor that the database's container, in which pgBackRest runs, has taken. */
async function processorOf(stage: Stage): Promise<number> {
  // In microseconds, or, with cgroups of version 1, in nanoseconds.
  const said = await stage.onVm(
    "docker exec onebox-stage-database sh -c 'cat /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpuacct/cpuacct.usage'",
  );
  const [, microseconds] = /^usage_usec (\d+)$/m.exec(said) ?? [];
  return microseconds === undefined ? Number(said) / 1e9 : Number(microseconds) / 1e6;
}

/** Prints it with its goal. */
export function printBackups(cost: BackupCost): void {
  const { megabytes, idle, busy, seconds, processor, memory, stored, day } = cost;
  const quiet = idle.reduce((sum, each) => sum + each, 0) / idle.length;
  const size = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
  console.log(`
p99 at 100 requests/s: ${busy.toFixed(0)} ms while ${megabytes} MB are backed up, ${idle.map((each) => each.toFixed(0)).join(" and ")} ms before and after: ${(busy / quiet).toFixed(2)}      goal: 1.10
that backup took ${seconds.toFixed(0)} s, ${processor.toFixed(0)} s of a processor (the database's own included) and at most ${memory.toFixed(0)} MB of memory
stored: ${size(stored)} for the database, ${size(day)} for the log of a day of 20 writes/s (a minute's, 1440 times)`);
}
