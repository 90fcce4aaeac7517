import { expect } from "chai";
import { until } from "../../support/until.ts";
import { Scene, whenThere } from "./scene.ts";
import { expectUpgrade, expectWayBack, takeEighteen } from "./upgrade.ts";

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
  });
  after(() => stage.remove());

  it("is not touched by a plain deploy of another major version, which names the command", async () => {
    await takeEighteen(scene);
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

  for (const [what, action] of [
    ["restarts", "reboot"],
    ["loses its power", "reset"],
  ] as const)
    it(`has its data from before when the VM ${what} while they are carried over`, async () => {
      const upgrading = stage.clone.run("db.sh", ["stage", "upgrade"]);
      await stage.onVm(whenThere("onebox-stage-newer"));
      await stage.vm.act(action);
      const { code, output } = await upgrading;
      expect(code, output).to.equal(1);
      await until("its data are there", 180, async () => (await scene.sum()) === held);
      expect(await scene.major()).to.equal("17");
      const left = async () =>
        /postgres\.|upgrading/.test(await stage.onVm("ls /mnt/onebox/stage"));
      await until("nothing is left", 60, async () => !(await left()));
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
