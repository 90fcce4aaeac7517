import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { visit } from "../support/visit.ts";
import { startLoad } from "../traffic/load/load.ts";
import { tally } from "../traffic/load/tally.ts";
import { scene } from "./scene.ts";

const prod = "onebox.localhost";

/** How many; the figures of docs/previews.md are of 30. */
const count = Number(process.env.ONEBOX_PREVIEWS || 4);

describe(`${count} previews on one VM`, function () {
  this.timeout(600_000 + count * 120_000);
  const branches = Array.from({ length: count }, (_, index) => `many/${index}`);
  const seconds: number[] = [];
  const mib = 1024 * 1024;
  let traces: string[];
  let room: { memory: number; disk: number };

  before(async () => {
    await scene.begin();
    traces = await scene.traces();
    room = await used();
    for (const branch of branches) scene.branchSaying(branch, branch);
  });

  it("are put up, one after another", async () => {
    for (const branch of branches) {
      const started = performance.now();
      await scene.preview("up", branch);
      expect((await scene.visit(branch)).status).to.equal(200);
      seconds.push((performance.now() - started) / 1000);
    }
  });

  it("all answer, each with its own page", async () => {
    const answers = await Promise.all(branches.map((branch) => scene.visit(branch)));
    for (const [index, { body }] of answers.entries()) {
      expect(body).to.include(`<h1>${branches[index]}</h1>`);
    }
  });

  it("take little of memory and disk, and answer soon", async () => {
    const now = await used();
    const each = (value: number) => `${Math.round(value / count / mib)} MB`;
    const sorted = seconds.toSorted((a, b) => a - b);
    console.log(
      `    ${count} previews: ${each(now.memory - room.memory)} of memory each while awake, ${each(now.disk - room.disk)} of disk, ` +
        `command to first answer ${(sorted[Math.floor(count / 2)] ?? 0).toFixed(1)} s (most: ${sorted.at(-1)?.toFixed(1)} s)`,
    );
    await sleepAll();
    const asleep = await used();
    const woken: number[] = [];
    for (const branch of branches) {
      const answer = await scene.visit(branch);
      expect(answer.status).to.equal(200);
      woken.push(answer.seconds);
    }
    woken.sort((a, b) => a - b);
    console.log(
      `    ${each(asleep.memory - room.memory)} of memory each while asleep; woken in ${(woken[Math.floor(count / 2)] ?? 0).toFixed(1)} s (most: ${woken.at(-1)?.toFixed(1)} s)`,
    );
    expect(asleep.memory).to.be.below(now.memory);
  });

  // A few hurt nobody, and prod takes its time to come.
  if (count >= 10) {
    it("woken all at once, are all answered, and take nothing from prod's visitors", async () => {
      const stays = traces.includes("/opt/onebox/env/prod"); // of a test before this one
      if (!stays) await stage.run("deploy.sh", "prod");
      try {
        await sleepAll();
        // They wake one after another.
        const patience = 60 * count;
        const load = startLoad({ address: scene.address, host: prod, rate: 40 });
        await sleep(3000);
        const woken = await Promise.all(
          branches.map((branch) =>
            visit(scene.address, scene.hostOf(branch), "/", {}, undefined, patience),
          ),
        );
        const sent = tally(await load.stop());
        console.log(
          `    woken at once after ${woken.map(({ seconds: after }) => after.toFixed(1)).join(", ")} s; ` +
            `prod meanwhile: ${sent.failed} of ${sent.sent} failed, 99 of 100 within ${Math.round(sent.p99)} ms`,
        );
        expect([sent.failed, sent.wrong], sent.examples.join("\n")).to.deep.equal([0, 0]);
        expect(woken.map(({ status }) => status)).to.deep.equal(branches.map(() => 200));
      } finally {
        if (!stays) await stage.run("destroy.sh", "prod", "--data", "--yes");
      }
    });
  }

  it("leave nothing when they are taken down", async () => {
    for (const branch of branches) {
      await scene.preview("down", branch);
      // The last one takes the server along; before that, each has to go by itself.
      const name = scene.environmentOf(branch).replace("-", "_");
      expect((await databases()).filter((left) => left.endsWith(` ${name}`))).to.deep.equal([]);
    }
    expect(await scene.traces()).to.deep.equal(traces);
  });

  async function sleepAll(): Promise<void> {
    for (const branch of branches) {
      await scene.vm.run(
        `systemctl stop onebox-${scene.environmentOf(branch)}.service 2>/dev/null`,
      );
    }
  }

  /** What there is on the previews' server, while there is one. */
  async function databases(): Promise<string[]> {
    const sql =
      "SELECT 'database ' || datname FROM pg_database UNION SELECT 'role ' || rolname FROM pg_roles";
    const psql = `docker exec onebox-previews-database psql -U app -d app -Atc "${sql}"`;
    return (await scene.vm.run(`${psql} 2>/dev/null || true`)).split("\n");
  }

  /** Bytes: of memory what its programs hold, without the files that the system keeps in mind. */
  async function used() {
    const text = await scene.vm.run(`
      cat /sys/fs/cgroup/memory.stat /sys/fs/cgroup/memory/memory.stat 2>/dev/null | awk '$1 ~ /^(anon|kernel|total_rss)$/ { sum += $2 } END { print sum }'
      du -sxB1 /var/lib/docker /mnt/onebox/ 2>/dev/null | awk '{ sum += $1 } END { print sum }'`); // df counts whatever else the disk holds
    const [memory = 0, disk = 0] = text.split("\n").map(Number);
    return { memory, disk };
  }
});
