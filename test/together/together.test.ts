import { expect } from "chai";
import { scene } from "../kill/scene.ts";
import { stage } from "../stage/use.ts";
import { partsOf } from "../support/parts.ts";
import { amount } from "../support/sample.ts";

const part = partsOf("ONEBOX_TOGETHER", ["joined", "waiting", "cancelled", "crowd", "prod"]);

describe("deploys at the same time", () => {
  before(() => scene.begin());
  afterEach(() => scene.letGo());

  it("two of one environment: the first is done, the second told who holds it, exit code 3", async () => {
    const [image, other] = [await scene.next(), await scene.serves()];
    await scene.hold("stage", "start");
    const first = scene.deploy(["stage", "--image", image]);
    await scene.arrival("stage", "start", first);
    const second = await scene.deploy(["stage", "--image", other]).ended;
    expect(second.code, second.output).to.equal(3);
    expect(second.output).to.match(
      /stage is locked: \S+ runs release [0-9a-f]{12}-[0-9a-f]{4} since \S+, at step start;/,
    );
    await scene.letGo();
    const { code, output } = await first.ended;
    expect(code, output).to.equal(0);
    await scene.oneRelease();
  });

  part("joined").it(
    "two of one release: the second follows the first, and both are done with it",
    async () => {
      const image = await scene.next();
      await scene.hold("stage", "start");
      const first = scene.deploy(["stage", "--image", image]);
      await scene.arrival("stage", "start", first);
      const alone = await scene.releasing("stage");
      const second = scene.deploy(["stage", "--image", image]);
      await scene.joined("stage", alone, second);
      await scene.letGo();
      for (const { code, output } of [await first.ended, await second.ended]) {
        expect(code, output).to.equal(0);
      }
      expect(await scene.serves()).to.equal(image);
      const releases = await scene.vm.run("tail -n 2 /mnt/onebox/stage/releases.tsv | cut -f 3");
      expect(new Set(releases.split("\n")).size, "it was released once").to.equal(2);
    },
  );

  part("waiting").it(
    "two of one environment, the second with --wait: both are done, one after the other",
    async () => {
      const [image, other] = [await scene.next(), await scene.serves()];
      await scene.hold("stage", "start");
      const first = scene.deploy(["stage", "--image", image]);
      await scene.arrival("stage", "start", first);
      const alone = await scene.releasing("stage");
      const second = scene.deploy(["stage", "--image", other, "--wait"]);
      await scene.joined("stage", alone, second);
      await scene.letGo();
      for (const { code, output } of [await first.ended, await second.ended]) {
        expect(code, output).to.equal(0);
      }
      expect(await scene.serves()).to.equal(other);
      await scene.oneRelease();
    },
  );

  part("cancelled").it(
    "one that is cancelled: it ends with what served before, and another may come",
    async () => {
      const [image, before] = [await scene.next(), await scene.serves()];
      await scene.hold("stage", "start");
      const deploy = scene.deploy(["stage", "--image", image]);
      await scene.arrival("stage", "start", deploy);
      const { output: told } = await stage.run("cancel.sh", "stage");
      expect(told).to.match(/✓ cancel +ended: \S+ runs release \S+ since \S+, at step start/);
      const { code, output } = await deploy.ended;
      expect(code, output).to.equal(1);
      await scene.letGo();
      await scene.oneRelease();
      expect(await scene.serves()).to.equal(before);
      const { output: again } = await stage.run("cancel.sh", "stage");
      expect(again).to.include("nothing is at work on stage");
    },
  );

  const crowd = amount("ONEBOX_KILL_TOGETHER", 10);
  part("crowd").it(
    `${crowd} of one environment: at least one is done, every other one is told who holds it`,
    async () => {
      const image = await scene.next();
      const deploys = Array.from({ length: crowd }, () =>
        scene.deploy(["stage", "--image", image]),
      );
      const runs = await Promise.all(deploys.map(({ ended }) => ended));
      const outputs = runs.map(({ code, output }) => `exit code ${code}:\n${output}`).join("\n");
      const done = runs.filter(({ code }) => code === 0);
      const held = runs.filter(({ code }) => code === 3);
      console.log(`      ${done.length} done, ${held.length} held`);
      expect(done, outputs).to.have.length.above(0);
      expect(done.length + held.length, outputs).to.equal(crowd);
      for (const { output } of held) {
        expect(output).to.match(
          /(stage|server) is locked: (\S+ runs|\S+ has locked|something has)/,
        );
      }
      expect(await scene.serves()).to.equal(image);
      await scene.oneRelease();
    },
  );

  part("prod").it("of stage and prod: neither waits for the other", async () => {
    const image = await scene.next();
    await scene.hold("stage", "start");
    const stage = scene.deploy(["stage", "--image", image]);
    await scene.arrival("stage", "start", stage);
    const prod = await scene.deploy(["prod", "--image", image, "--force-unproven"]).ended; // stage is locked meanwhile
    expect(prod.code, prod.output).to.equal(0);
    expect(await scene.stepOf("stage")).to.equal("start");
    await scene.letGo();
    const { code, output } = await stage.ended;
    expect(code, output).to.equal(0);
    await scene.oneRelease();
  });
});
