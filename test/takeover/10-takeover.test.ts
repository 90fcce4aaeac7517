import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Clone } from "../support/clone.ts";
import { addSlowRoute } from "../support/slow-route.ts";
import { Stage } from "../support/stage.ts";
import { compareLedger } from "../traffic/load/ledger.ts";
import { type Load, startLoad } from "../traffic/load/load.ts";
import { type Tally, tally } from "../traffic/load/tally.ts";
import { cloneOfOlder, OLDER, update } from "./older-tree.ts";

describe(`a VM with stage that commit ${OLDER.slice(0, 7)} has deployed`, () => {
  let clone: Clone | undefined;
  let stage: Stage;
  let load: Load | undefined;
  let older: string;
  let newer: string;
  let database: string;

  before("deploys stage from the older tree", async () => {
    clone = cloneOfOlder();
    addSlowRoute(clone);
    stage = new Stage(clone);
    await stage.run("deploy.sh", "stage");
    const { address, release } = await stage.serving();
    older = release;
    database = await stage.onVm(
      "docker inspect -f '{{.State.StartedAt}} {{.Id}}' onebox-stage-database",
    );
    load = startLoad({ address, host: stage.host, rate: 25 });
    await sleep(2000);
  });
  after(async () => {
    await load?.stop();
    await stage?.remove();
  });

  it("is looked at by this tree before it is taken over", async () => {
    update(stage.clone);
    addSlowRoute(stage.clone);
    const { stdout } = await stage.run("status.sh", "--json");
    const [row] = JSON.parse(stdout) as { release: string }[];
    expect(row?.release).to.equal(older);
  });

  it("is taken over by the first deploy of this tree", async () => {
    await stage.run("deploy.sh", "stage");
    newer = (await stage.serving()).release;
    expect(newer).not.to.equal(older);
  });

  it("has its database in a network of its own, which was not started again for that", async () => {
    const inspect = (what: string) =>
      stage.onVm(`docker inspect -f '${what}' onebox-stage-database`);
    const networks = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}";
    for (const end = Date.now() + 120_000; ; await sleep(500)) {
      if ((await inspect(networks)) === "onebox-stage-data") break;
      expect(Date.now(), await inspect(networks)).to.be.below(end);
    }
    expect(await inspect("{{.State.StartedAt}} {{.Id}}")).to.equal(database);
  });

  it("has an app that reads and writes its data, and changes no table of its", async () => {
    const app =
      "docker ps -q --filter label=onebox.environment=stage --filter label=onebox.release=";
    const url = `docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' $(${app}${newer}) | sed -n 's/^DATABASE_URL=//p'`;
    const sql = (text: string) =>
      stage.onVm(
        `docker run --rm -i --network onebox-stage-data postgres:17.11-trixie psql "$(${url})" -qAtc '${text}' 2>&1 || true`,
      );
    expect(await sql("select current_user from links limit 1")).to.equal("app_data");
    expect(await sql("drop table links")).to.match(/must be owner of table links/);
    expect(await sql("create table made (a int)")).to.match(/permission denied/);
  });

  it("keeps its history, and the release of before to roll back to", async () => {
    const { stdout } = await stage.run("releases.sh", "stage", "--json");
    const records = JSON.parse(stdout) as { release: string; kept: boolean; serving: boolean }[];
    expect(records.map(({ release }) => release)).to.deep.equal([older, newer]);
    expect(records[0]).to.include({ kept: true, serving: false });
    expect(records[1]).to.include({ serving: true });
    await stage.run("rollback.sh", "stage");
    expect((await stage.serving()).release).to.equal(older);
  });

  it("is deployed to again, with nothing left to change", async () => {
    const { output } = await stage.run("deploy.sh", "stage");
    expect((await stage.serving()).release).to.equal(newer);
    await stage.run("drift.sh");
    expect(output).to.match(/✓ verify/);
  });

  it("answered every request meanwhile", async () => {
    await sleep(3000); // the slow ones of the last switch
    const samples = (await load?.stop()) ?? [];
    const counted = tally(samples, [older, newer]);
    report(counted);
    expect([counted.failed, counted.wrong], counted.examples.join("\n")).to.deep.equal([0, 0]);
    const { run } = load as Load;
    const { lost, doubled } = compareLedger(run, samples, await stage.urlsOf(run));
    expect([lost, doubled]).to.deep.equal([[], []]);
  });
});

function report({ sent, failed, wrong, p50, p99, pause, releases }: Tally): void {
  const ms = (value: number) => `${Math.round(value)} ms`;
  const by = Object.values(releases).join(" and ");
  console.log(
    `      ${sent} requests (${by} by each release), ${failed} failed, ${wrong} wrong, p50 ${ms(p50)}, p99 ${ms(p99)}, longest pause ${ms(pause)}`,
  );
}
