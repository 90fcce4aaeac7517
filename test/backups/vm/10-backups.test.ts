import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Load, startLoad } from "../../traffic/load/load.ts";
import type { Sample } from "../../traffic/load/plan.ts";
import { tally } from "../../traffic/load/tally.ts";
import { acknowledged, destroy, missing, Scene } from "./scene.ts";
import { type Asked, askFromApp } from "./uploads.ts";

/** So long may an answer take: a request is held for 30 s at most. */
const patience = 40_000;
const backups = `{ bucket: "backups", location: "nbg1", check: "SELECT count(*) > 0 FROM links" }`;

describe("stage, which has no backups,", () => {
  const scene = new Scene();
  const { stage } = scene;
  let load: Load | undefined;
  let address: string;

  const begin = () => startLoad({ address, host: stage.host, rate: 20, patience });
  /** Ends the load, and says what it saw. */
  async function end(): Promise<{ run: string; samples: Sample[] }> {
    const { run, stop } = load as Load;
    const samples = await stop();
    const { sent, failed, failures, pause } = tally(samples);
    console.log(
      `      ${sent} requests, ${failed} failed ${JSON.stringify(failures)}, longest pause ${Math.round(pause)} ms`,
    );
    load = undefined;
    return { run, samples };
  }

  before("deploys it, with a bucket for its app", async () => {
    const VISUAL = "scripts/cloud.sh bucket uploads >>"; // as docs/uploads.md says it
    const { code, output } = await stage.clone.run("secrets.sh", ["edit", "stage"], {
      env: { VISUAL },
    });
    expect(code, output).to.equal(0);
    await stage.run("cloud.sh", "bucket", "others");
    stage.clone.commit("Give stage a bucket");
    await stage.run("deploy.sh", "stage");
    address = await stage.vm.address();
  });
  after(async () => {
    await load?.stop();
    await stage.remove();
  });

  it("gets them by a plain deploy; requests wait while the database restarts", async () => {
    expect(await scene.told()).to.equal(undefined);
    await scene.ends(2, "backup.sh", "now", "stage");
    scene.configure(backups);
    load = begin();
    const { output } = await stage.run("deploy.sh", "stage");
    expect(output).to.include("restarts with its new definition");
    await sleep(2000);
    const { samples } = await end();
    expect(tally(samples)).to.include({ failed: 0, wrong: 0 });
  });

  it("is backed up, which status.sh shows", async () => {
    await stage.run("backup.sh", "now", "stage");
    const { stdout } = await stage.run("backup.sh", "list", "stage");
    expect(stdout).to.match(/^\d{8}-\d{6}F +full /m);
    const told = await scene.told();
    expect(told?.problems).to.deep.equal([]);
    expect(Date.parse(told?.log ?? "")).to.be.above(Date.now() - 600_000);
    expect(Date.parse(told?.backup ?? "")).to.be.above(Date.now() - 600_000);
    expect((await stage.run("status.sh")).stdout).to.match(
      /^stage: log stored .* ago, backup .* ago, drill never$/m,
    );
  });

  it("has a bucket for its app, whose login reaches neither the backups nor another app's", async () => {
    const text = `stored at ${Date.now()}`;
    const own: Asked[] = [
      ["PUT", "/uploads/a/file", text],
      ["GET", "/uploads/a/file"],
    ];
    expect((await askFromApp(stage, ...own)).map(([, body]) => body)).to.deep.equal(["", text]);
    const strange: Asked[] = ["backups", "others"].flatMap((bucket) => [
      ["GET", `/${bucket}`],
      ["GET", `/${bucket}/onebox/probe`],
      ["PUT", `/${bucket}/onebox/probe`, text],
      ["DELETE", `/${bucket}/onebox/probe`],
    ]);
    for (const [index, [status, body]] of (await askFromApp(stage, ...strange)).entries())
      expect([status, body], strange[index]?.join(" ")).to.match(/^403,.*<Code>AccessDenied</s);
    const [made] = await askFromApp(stage, ["PUT", "/mine"]);
    expect(made?.[0]).to.equal(403);
    const refused = await scene.ends(2, "cloud.sh", "bucket", "backups");
    expect(refused.output).to.include("backups is the backups' bucket");
  });

  it("passes a drill, by command and by timer", async () => {
    await stage.run("backup.sh", "drill", "stage");
    const first = (await scene.told())?.drill;
    expect(Date.parse(first ?? "")).to.be.above(Date.now() - 600_000);
    const timers = await stage.onVm("systemctl list-timers --no-legend 'onebox-*@stage.timer'");
    expect(timers.split("\n")).to.have.length(4);
    await stage.onVm("systemctl start onebox-drill@stage.service");
    expect(Date.parse((await scene.told())?.drill ?? "")).to.be.above(Date.parse(first ?? ""));
  });

  it("meets faults of the storage on demand, which a deploy leaves alone, and none after that", async () => {
    for (const fault of ["refuse", "clock"]) {
      await stage.run("cloud.sh", "storage-fault", fault);
      await scene.ends(1, "backup.sh", "now", "stage");
      const [asked] = await askFromApp(stage, ["GET", "/uploads/a/file"]);
      expect(asked?.[0]).to.equal(fault === "refuse" ? 0 : 403);
    }
    await scene.ends(2, "cloud.sh", "bucket", "more");
    await stage.run("deploy.sh", "stage");
    await scene.ends(1, "backup.sh", "now", "stage");
    await stage.run("cloud.sh", "storage-fault", "none");
    await stage.run("backup.sh", "now", "stage");
    expect((await scene.told())?.problems).to.deep.equal([]);
    const [asked] = await askFromApp(stage, ["GET", "/uploads/a/file"]);
    expect(asked?.[0]).to.equal(200);
  });

  it("is brought back to the moment before a DROP TABLE; visitors see the page meanwhile", async () => {
    load = begin();
    await sleep(5000);
    const moment = Date.now();
    await sleep(2000);
    await scene.sql("DROP TABLE links");
    const { seconds } = await stage.run(
      "restore.sh",
      ...["stage", "--to", new Date(moment).toISOString(), "--yes"],
    );
    console.log(`      DROP TABLE was undone within ${seconds.toFixed(0)} s`);
    await sleep(2000);
    const { run, samples } = await end();
    const urls = await stage.urlsOf(run);
    expect(missing(acknowledged(run, samples, { before: moment }), urls)).to.deep.equal([]);
    expect(new Set(urls).size).to.equal(urls.length);
    expect(samples.at(-1)?.status).to.be.oneOf([200, 201, 302]);
    const page = samples.filter(({ failure }) => /503/.test(failure ?? ""));
    expect(page, "requests that got the page").to.not.have.length(0);
  });

  it("is looked at as it was, beside the live database", async () => {
    const rows = await scene.sql("SELECT count(*) FROM links");
    await stage.run("backup.sh", "now", "stage");
    const moment = new Date().toISOString();
    await sleep(1500);
    await scene.sql("DELETE FROM links");
    await stage.run("restore.sh", "stage", "--to", moment, "--into", "look");
    const { stdout } = await stage.run("db.sh", "stage", "size", "--copy", "look");
    expect(stdout).to.match(/^ *links +\|/m);
    const copied = await stage.onVm(
      "docker exec onebox-stage-copy-look psql -U app -d app -Atc 'SELECT count(*) FROM links'",
    );
    expect(copied).to.equal(rows);
    await stage.run("restore.sh", "stage", "--into", "look", "--remove");
  });

  it("keeps its data when the restored database does not start", async () => {
    const pause = "/run/onebox/stage/hold.switch";
    await scene.sql("INSERT INTO links (slug, url) VALUES ('kept', 'https://load.invalid/kept')");
    await stage.onVm(`touch ${pause}`);
    const restoring = stage.clone.run("restore.sh", ["stage", "--yes"]);
    const broken = "/mnt/onebox/stage/postgres.restore/pgdata/global/pg_control";
    await stage.onVm(
      `until [ "$(cat /run/onebox/stage/step)" = switch ]; do sleep 0.1; done; rm ${broken} ${pause}`,
    );
    const { code, output } = await restoring;
    expect(code, output).to.equal(1);
    expect(output).to.include("the restored database did not start");
    expect(await scene.sql("SELECT count(*) FROM links WHERE slug = 'kept'")).to.equal("1");
    expect((await scene.told())?.problems).to.deep.equal([]);
  });

  it("is all there on a new VM after the server and its volume were deleted", async () => {
    load = begin();
    await sleep(25_000);
    const vanished = Date.now();
    await destroy(stage.vm);
    const { run, samples } = await end();
    const refused = await scene.ends(1, "deploy.sh", "stage");
    expect(refused.output).to.include("scripts/deploy.sh stage --from-backup brings it back");
    const { seconds } = await stage.run("deploy.sh", "stage", "--from-backup");
    console.log(`      a new VM served after ${seconds.toFixed(0)} s`);
    const urls = await stage.urlsOf(run);
    const due = acknowledged(run, samples, { before: vanished - 10_000 });
    expect(due.length).to.be.above(20);
    expect(missing(due, urls)).to.deep.equal([]);
    expect(new Set(urls).size).to.equal(urls.length);
    expect(await scene.sql("SELECT count(*) FROM links WHERE slug = 'kept'")).to.equal("1");
    await stage.run("backup.sh", "now", "stage");
    await stage.run("backup.sh", "drill", "stage");
    expect((await scene.told())?.problems).to.deep.equal([]);
  });

  it("takes prod's data made anonymous, or none of them", async () => {
    const script = "hooks/anonymise.sql";
    const links = () => scene.sql("SELECT slug, url FROM links");
    await stage.run("deploy.sh", "prod");
    await stage.onVm(
      `docker exec onebox-prod-database psql -U app -d app -c "INSERT INTO links (slug, url) VALUES ('jane', 'https://secret.invalid/jane')"`,
    );
    const before = await links();
    await scene.ends(2, "db.sh", "prod", "copy", "stage", "--yes");
    stage.clone.write(script, "UPDATE links SET url = 'https://example.com/' WHERE nonsense;\n");
    const { output } = await scene.ends(1, "db.sh", "prod", "copy", "stage", "--yes");
    expect(output).to.include('hooks/anonymise.sql failed: column "nonsense" does not exist');
    expect(await links()).to.equal(before);
    stage.clone.write(script, "UPDATE links SET url = 'https://example.com/';\n");
    await stage.run("db.sh", "prod", "copy", "stage", "--yes");
    expect(await links()).to.equal("jane|https://example.com/");
    expect(await stage.onVm("ls /mnt/onebox/stage")).not.to.include("copying");
    await scene.sql("INSERT INTO links (slug, url) VALUES ('kept', 'https://load.invalid/kept')");
  });

  it("ends them by a plain deploy", async () => {
    scene.configure();
    await stage.run("deploy.sh", "stage");
    expect(await scene.told()).to.equal(undefined);
    expect(await scene.sql("SHOW archive_mode")).to.equal("off");
    const timers = await stage.onVm("systemctl list-timers --no-legend 'onebox-*@stage.timer'");
    expect(timers).to.equal("");
    expect(await scene.sql("SELECT count(*) FROM links WHERE slug = 'kept'")).to.equal("1");
  });
});
