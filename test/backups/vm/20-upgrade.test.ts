import { expect } from "chai";
import { Scene } from "./scene.ts";
import { expectUpgrade, expectWayBack } from "./upgrade.ts";

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
  let held: string;

  before("deploys it, backed up", async () => {
    scene.configure(`{ bucket: "backups", location: "nbg1" }`);
    await stage.run("deploy.sh", "stage");
    await scene.addLinks(rows);
    held = await scene.sum();
    await stage.onVm(`docker build -q -t ${next} - <<'EOF'\n${dockerfile}EOF`);
  });
  after(() => stage.remove());

  it("is not touched by a plain deploy of another major version, which names the command", async () => {
    scene.takeDatabase("postgres:17.11-trixie", next);
    const { output } = await scene.ends(1, "deploy.sh", "stage");
    expect(output).to.include("scripts/db.sh stage upgrade carries them over");
    expect(await scene.major()).to.equal("17");
  });

  it("has its data from before when the upgrade is killed after the new database has begun", async () => {
    await stage.onVm("touch /run/onebox/stage/hold.ready");
    const upgrading = stage.clone.run("db.sh", ["stage", "upgrade"]);
    await stage.onVm(
      `for n in $(seq 3000); do [ "$(cat /run/onebox/stage/step)" = ready ] && break; sleep 0.2; done`,
    );
    expect(await scene.major()).to.equal("18");
    await stage.onVm(
      `systemctl kill -s KILL --kill-whom=main ${unit}; rm /run/onebox/stage/hold.ready`,
    );
    expect((await upgrading).code).to.equal(1);
    expect(await scene.major()).to.equal("17");
    expect(await scene.sum()).to.equal(held);
    expect(await stage.onVm("ls /mnt/onebox/stage")).not.to.match(/postgres\.|upgrading/);
    expect((await stage.run("maintenance.sh", "stage", "status")).output).to.include("not in");
  });

  it("is upgraded with all data, and backed up by what is new", async () => {
    await expectUpgrade(scene, "18", held);
    await scene.ends(2, "db.sh", "stage", "upgrade");
  });

  it("goes back to the data from before, which are backed up again", async () => {
    await expectWayBack(scene, "17", held);
    await scene.ends(1, "db.sh", "stage", "upgrade", "--back", "--yes");
  });
});
