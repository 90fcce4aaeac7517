import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { spend, stage } from "../stage/use.ts";
import { until } from "../support/until.ts";
import { all } from "./sample.ts";
import { expectSuccess, look, other } from "./shared.ts";
import { underLoad } from "./visitors.ts";

const prod = { hosts: ["onebox.localhost"] };
const full =
  /^deploy\.sh: the data volume has \d+ MB of \d+ MB left: raise server\.volumeSize and deploy, which grows it while it is used/m;

/** What the volume's file system has, and what is free of it (MB). */
async function space(): Promise<{ size: number; free: number }> {
  const [size = 0, free = 0] = (
    await stage.onVm("df -Pm /mnt/onebox/ | awk 'NR == 2 { print $2, $4 }'")
  )
    .split(" ")
    .map(Number);
  return { size, free };
}

/** Waits for what comes by itself, whether or not the VM answers meanwhile (s). */
const patience = 180;

const database = () => stage.onVm("docker inspect -f '{{.State.Running}}' onebox-stage-database");

const serves = async () =>
  (await stage.onVm(
    "curl -fsSo /dev/null -H 'Host: onebox.localhost' http://127.0.0.1/readyz && echo yes || true",
  )) === "yes";

/**
 * Whether a server may grow a file system in use: where Docker itself may not, the local cloud does it when the server boots
 * the next time (emulator/hosts), if it was asked to.
 */
async function growsInUse(): Promise<boolean> {
  const right = 24n; // CAP_SYS_RESOURCE
  const bounding = await stage.onVm("sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status");
  return ((BigInt(`0x${bounding}`) >> right) & 1n) === 1n;
}

if (all) {
  describe("a data volume that is full", () => {
    before(async function () {
      this.timeout(300_000);
      spend(); // a volume that has grown stays as large
      const source = await stage.onVm("findmnt -fno SOURCE $(readlink -f /mnt/onebox)");
      expect(source, "this computer has loop devices").to.match(/^\/dev\/[^[]+$/);
      const { image } = await look();
      await stage.run("deploy.sh", "prod", "--image", image, "--force-unproven");
    });

    it("refuses releases and keeps its rest for prod, whose visitors notice nothing", async () => {
      const { free } = await space();
      await stage.onVm(`fallocate -l ${free - 100}M /mnt/onebox/filler`);
      const image = await other();
      await underLoad(async () => {
        await until(
          "stage's database is stopped",
          patience,
          async () => (await database()) === "false",
        );
        for (const environment of ["prod", "stage"]) {
          const { code, output } = await stage.clone.run("deploy.sh", [
            ...[environment, "--image", image],
            ...(environment === "prod" ? ["--force-unproven"] : []),
          ]);
          expect(code, output).to.equal(2);
          expect(output).to.match(full);
        }
      }, prod);
    });

    it("grows by a deploy with a larger volumeSize, and both environments take releases again", async () => {
      const before = await space();
      const file = "onebox.config.ts";
      const text = readFileSync(join(stage.clone.directory, file), "utf8");
      stage.clone.write(file, text.replace("volumeSize: 10", "volumeSize: 20"));
      stage.clone.commit("Have a larger volume");
      const deploy = ["prod", "--image", await other(), "--force-unproven"];
      const { done } = await underLoad(() => stage.clone.run("deploy.sh", deploy), prod);
      if (!(await growsInUse())) {
        expect(done.output).to.match(full);
        await stage.vm.act("reset");
        await until("prod serves", patience, serves);
      } else expect(done.code, done.output).to.equal(0);
      const after = await space();
      console.log(`      the file system had ${before.size} MB, and has ${after.size} MB`);
      expect(after.size).to.be.above(1.9 * before.size);
      await until("stage's database runs", patience, async () => (await database()) === "true");
      await underLoad(() => stage.run("deploy.sh", ...deploy), prod);
      await expectSuccess(await other());
    });
  });
}
