/**
 * Measures Onebox against two other ways of deploying, and against the least a deploy can take, all in
 * one run on this computer and in one local cloud, under the load of npm run test:traffic.
 *
 * Usage: npm run bench [-- ROUNDS]            (3 rounds, about 30 minutes)
 *        npm run bench -- backups [ROUNDS]    what backups cost alone (2 rounds, about 30 minutes)
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Stage } from "../support/stage.ts";
import { Beside, plainCompose, type Way } from "../traffic/beside.ts";
import { measureBackups, printBackups } from "./backups.ts";
import { measureEdge } from "./edge.ts";
import { measureEveryday } from "./everyday.ts";
import { type Floor, measureFloor } from "./floor.ts";
import { dockerLabels } from "./labels.ts";
import { Machine } from "./machine.ts";
import { type Change, measureChange } from "./measure.ts";
import { printReport } from "./report.ts";
import { measureRollback } from "./rollback.ts";

const alone = process.argv[2] === "backups";
const rounds = Number(alone ? (process.argv[3] ?? 2) : (process.argv[2] ?? 3));
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error("ROUNDS must be a whole number from 1");

const stage = new Stage();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => stage.remove().finally(() => process.exit(1)));
try {
  if (!alone) await bench();
  say("what backups cost");
  printBackups(await measureBackups(stage, rounds, say));
} finally {
  await stage.remove();
}

async function bench(): Promise<void> {
  say("creating a local cloud and its first releases");
  const [image = ""] = await stage.images(2);
  const { address } = await stage.serving();
  const machine = new Machine(stage);
  const repository = image.replace(/@.*$/, "");

  const floors: Floor[] = [];
  const ready: number[] = [];
  const rollbacks: number[] = [];
  const onebox: Change[] = [];
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round}: the floor`);
    floors.push(await measureFloor(stage, machine, repository, address));
    say(`round ${round}: Onebox`);
    stage.changeText();
    onebox.push(
      await measureChange(address, stage.host, async () => {
        const { output } = await stage.run("deploy.sh", "stage");
        for (const line of output.split("\n")) if (line.startsWith("  ✓")) console.error(line);
        return (await stage.serving()).release;
      }),
    );
    ready.push(readyToAnswer());
    say(`round ${round}: Onebox's rollback`);
    rollbacks.push(await measureRollback(stage, machine));
  }
  const ways: [string, Change[]][] = [["Onebox", onebox]];
  for (const way of [plainCompose, dockerLabels]) {
    ways.push([way.title, await measureWay(way, machine, image, address)]);
  }
  say("Traefik itself is replaced");
  const edge = await measureEdge(machine, address, stage.host);
  say("what people wait for every day");
  const everyday = await measureEveryday(stage);
  printReport({ ways, floors, ready, rollbacks, edge, everyday });
}

async function measureWay(way: Way, machine: Machine, image: string, address: string) {
  const changes: Change[] = [];
  const repository = image.replace(/@.*$/, "");
  const beside = new Beside(way, machine.there);
  await beside.begin(image);
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round}: ${way.title}`);
    const commit = stage.changeText();
    changes.push(
      await measureChange(address, beside.host, async () => {
        const next = `${repository}:${way.name}-${commit}`;
        const release = `${way.name}-${round}`;
        await machine.build(next, commit);
        await machine.push(next);
        await machine.there(`docker pull --quiet ${next}`);
        await beside.deploy(next, release);
        return release;
      }),
    );
  }
  await beside.end();
  return changes;
}

/** What the last deploy's log says: from the new release being ready to the edge answering with it (s). */
function readyToAnswer(): number {
  const directory = join(stage.clone.directory, ".onebox/log");
  const logs = readdirSync(directory).filter((name) => name.startsWith("deploy-"));
  const text = readFileSync(join(directory, logs.sort().at(-1) ?? ""), "utf8");
  const found = /answers with \S+, (\d+) ms after it was ready/.exec(text);
  if (!found) throw new Error("the deploy's log does not say when the edge answered");
  return Number(found[1]) / 1000;
}

function say(text: string): void {
  console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`);
}
