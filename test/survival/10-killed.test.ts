import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { destroy } from "../backups/vm/scene.ts";
import { until } from "../support/until.ts";
import { visit } from "../support/visit.ts";
import { begin, end, expectOwnNotFound, expectWrites, scene, stage } from "./scene.ts";

const answers = async () => {
  const { status } = await visit(await stage.vm.address(), stage.host, "/", {}, undefined, 2);
  return status === 200;
};

describe("under a load of writes", () => {
  /** What is killed, and how; whatever was acknowledged is on the volume. */
  const killed: [string, () => Promise<unknown>][] = [
    [
      "Postgres",
      () => stage.onVm("kill -9 $(docker inspect -f '{{.State.Pid}}' onebox-stage-database)"),
    ],
    [
      "a backend of Postgres",
      () => stage.onVm("kill -9 $(pgrep -f '^postgres: .*(idle|INSERT|SELECT)' | head -n 1)"),
    ],
    ["Docker", () => stage.onVm("systemctl kill -s KILL docker")],
    [
      "the VM",
      async () => {
        await stage.vm.act("poweroff");
        await stage.vm.act("poweron");
      },
    ],
  ];

  for (const [name, kill] of killed) {
    it(`${name} is killed: every acknowledged write is there once`, async () => {
      const load = await begin();
      try {
        await sleep(8000);
        await kill();
        await until("it answers", 180, answers);
        await sleep(5000);
        const { samples } = await end(load);
        expect(samples.at(-1)?.failure).to.equal(undefined);
        await expectWrites(load.run, samples, Number.POSITIVE_INFINITY);
        await until(
          "the log is stored",
          120,
          async () => (await scene.told())?.problems.length === 0,
        );
      } finally {
        await load.stop();
      }
    });
  }

  it("its data are broken: it says so, and one command brings all but the last ten seconds back", async () => {
    const load = await begin();
    try {
      await sleep(25_000);
      const broken = Date.now();
      await stage.onVm(
        "rm /mnt/onebox/stage/postgres/pgdata/global/pg_control; kill -9 $(docker inspect -f '{{.State.Pid}}' onebox-stage-database)",
      );
      expect((await scene.told())?.problems.join()).to.match(/^its database does not answer;/);
      const { seconds } = await stage.run("restore.sh", "stage", "--yes");
      console.log(`      broken data were replaced within ${seconds.toFixed(0)} s`);
      await until("it answers", 60, answers);
      const { samples } = await end(load);
      await expectWrites(load.run, samples, broken - 10_000);
      expectOwnNotFound(samples);
    } finally {
      await load.stop();
    }
  });

  it("the server and its volume are deleted: one command brings all but the last ten seconds back", async () => {
    const load = await begin();
    await sleep(25_000);
    const vanished = Date.now();
    await destroy(stage.vm);
    const { samples } = await end(load);
    const ordered = Date.now();
    const deploying = stage.run("deploy.sh", "stage", "--from-backup");
    await until("it answers", 900, answers, deploying);
    const first = Date.now();
    const { seconds } = await deploying;
    const size = await scene.sql("SELECT pg_size_pretty(pg_database_size('app'))");
    console.log(
      `      ${size}: the first answer ${Math.round((first - ordered) / 1000)} s after the command began, its end after ${Math.round(seconds)} s`,
    );
    await expectWrites(load.run, samples, vanished - 10_000);
    await stage.run("backup.sh", "now", "stage");
    await stage.run("backup.sh", "drill", "stage");
    expect((await scene.told())?.problems).to.deep.equal([]);
  });

  it("a table is dropped: it is brought back as it was a second before", async () => {
    const load = await begin();
    try {
      await sleep(8000);
      const dropped = Date.now();
      await scene.sql("DROP TABLE links");
      const moment = dropped - 1000;
      const to = new Date(moment).toISOString();
      await sleep(2000);
      const { seconds } = await stage.run("restore.sh", "stage", "--to", to, "--yes");
      console.log(`      DROP TABLE was undone within ${seconds.toFixed(0)} s`);
      await sleep(3000);
      const { samples } = await end(load);
      expect(samples.at(-1)?.failure).to.equal(undefined);
      await expectWrites(load.run, samples, moment - 50);
      const urls = new Set(await stage.urlsOf(load.run));
      const lost = samples.filter(
        ({ kind, sent, done }) => kind === "post" && sent > moment + 50 && done < dropped,
      );
      const kept = lost.filter(({ n }) => urls.has(`https://load.invalid/${load.run}/${n}`));
      console.log(`      ${lost.length} writes of that second are gone, as asked for`);
      expect(kept).to.deep.equal([]);
    } finally {
      await load.stop();
    }
  });
});
