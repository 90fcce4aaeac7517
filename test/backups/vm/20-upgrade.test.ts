import { expect } from "chai";
import { Scene } from "./scene.ts";

/** Another major version, of Debian's own packages; made on the VM, as if it had been pulled. */
const next = "postgres:18-trixie";
const dockerfile = `FROM postgres:17.11-trixie
RUN echo 'deb [check-valid-until=no] http://deb.debian.org/debian sid main' >/etc/apt/sources.list.d/sid.list \\
  && apt-get update && apt-get install -y --no-install-recommends postgresql-18 && rm -rf /var/lib/apt/lists/* \\
  && sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" /usr/share/postgresql/18/postgresql.conf.sample
ENV PG_MAJOR=18 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin
`;
const rows = Number(process.env.ONEBOX_TEST_ROWS ?? 1_000_000);

describe("stage, with a database of a gigabyte,", () => {
  const scene = new Scene();
  const { stage } = scene;
  const unit = "onebox-release-stage.service";
  const sum = () => scene.sql("SELECT count(*), sum(hashtext(url)) FROM links");
  const major = () => scene.sql("SELECT current_setting('server_version_num')::int / 10000");
  let held: string;

  before("deploys it, backed up", async () => {
    scene.configure(`{ bucket: "backups", location: "nbg1" }`);
    await stage.run("deploy.sh", "stage");
    await scene.addLinks(rows);
    held = await sum();
    await stage.onVm(`docker build -q -t ${next} - <<'EOF'\n${dockerfile}EOF`);
  });
  after(() => stage.remove());

  it("is not touched by a plain deploy of another major version, which names the command", async () => {
    scene.takeDatabase("postgres:17.11-trixie", next);
    const { output } = await scene.ends(1, "deploy.sh", "stage");
    expect(output).to.include("scripts/db.sh stage upgrade carries them over");
    expect(await major()).to.equal("17");
  });

  it("has its data from before when the upgrade is killed after the new database has begun", async () => {
    await stage.onVm("touch /run/onebox/stage/hold.ready");
    const upgrading = stage.clone.run("db.sh", ["stage", "upgrade"]);
    await stage.onVm(
      `for n in $(seq 3000); do [ "$(cat /run/onebox/stage/step)" = ready ] && break; sleep 0.2; done`,
    );
    expect(await major()).to.equal("18");
    await stage.onVm(
      `systemctl kill -s KILL --kill-whom=main ${unit}; rm /run/onebox/stage/hold.ready`,
    );
    expect((await upgrading).code).to.equal(1);
    expect(await major()).to.equal("17");
    expect(await sum()).to.equal(held);
    expect(await stage.onVm("ls /mnt/onebox/stage")).not.to.match(/postgres\.|upgrading/);
    expect((await stage.run("maintenance.sh", "stage", "status")).output).to.include("not in");
  });

  it("is upgraded with all data, and backed up by what is new", async () => {
    const { seconds, output } = await stage.run("db.sh", "stage", "upgrade");
    console.log(
      `      upgraded within ${seconds.toFixed(0)} s: ${/after \d+ s/.exec(output)?.[0]}`,
    );
    expect(await major()).to.equal("18");
    expect(await sum()).to.equal(held);
    await stage.run("backup.sh", "now", "stage");
    await stage.run("backup.sh", "drill", "stage");
    expect((await scene.told())?.problems).to.deep.equal([]);
    await scene.ends(2, "db.sh", "stage", "upgrade");
  });

  it("goes back to the data from before, which are backed up again", async () => {
    await scene.sql("DELETE FROM links WHERE slug = 'n1'");
    const { seconds } = await stage.run("db.sh", "stage", "upgrade", "--back", "--yes");
    console.log(`      back within ${seconds.toFixed(0)} s`);
    expect(await major()).to.equal("17");
    expect(await sum()).to.equal(held);
    await stage.run("backup.sh", "now", "stage");
    expect((await scene.told())?.problems).to.deep.equal([]);
    await scene.ends(1, "db.sh", "stage", "upgrade", "--back", "--yes");
  });
});
