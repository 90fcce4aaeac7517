import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Scene } from "../backups/vm/scene.ts";
import type { Stage } from "../support/stage.ts";
import { backups, fill } from "../survival/fill.ts";
import { startLoad } from "../traffic/load/load.ts";
import { clock } from "../traffic/load/plan.ts";
import { between, tally } from "../traffic/load/tally.ts";
import { setStorageApart, yieldStorage } from "./storage-apart.ts";

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

/** Measures it on a stage that gets backups by it. */
export async function measureBackups(stage: Stage): Promise<BackupCost> {
  await setStorageApart(stage);
  const scene = new Scene(stage);
  scene.configure(backups);
  await stage.run("deploy.sh", "stage");
  await yieldStorage(stage);
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
    const [memory = 0, processor = 0] = (await stage.onVm(watch)).split(" ").map(Number);
    const to = clock();
    await sleep(minute);
    const samples = await load.stop();
    const p99 = (start: number, end: number) => tally(between(samples, start, end)).p99;
    return {
      ...{ megabytes, day, memory: memory / 1024, seconds: (to - from) / 1000 },
      processor: processor / 1e6,
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

/** Prints it with its goal. */
export function printBackups(cost: BackupCost): void {
  const { megabytes, idle, busy, seconds, processor, memory, stored, day } = cost;
  const quiet = idle.reduce((sum, each) => sum + each, 0) / idle.length;
  const size = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
  console.log(`
the storage is on this computer too, in memory, and takes what the VM leaves of the processors
p99 at 100 requests/s: ${busy.toFixed(0)} ms while ${megabytes} MB are backed up, ${idle.map((each) => each.toFixed(0)).join(" and ")} ms before and after: ${(busy / quiet).toFixed(2)}      goal: 1.10
that backup took ${seconds.toFixed(0)} s, ${processor.toFixed(0)} s of a processor and at most ${memory.toFixed(0)} MB of memory
stored: ${size(stored)} for the database, ${size(day)} for the log of a day of 20 writes/s (a minute's, 1440 times)`);
}
