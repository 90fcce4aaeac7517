import { expect } from "chai";
import { Test } from "mocha";
import { stage } from "../stage/use.ts";
import { amount, numbersOf, seed } from "../support/sample.ts";
import { startLoad } from "../traffic/load/load.ts";
import type { Sample } from "../traffic/load/plan.ts";
import { tally } from "../traffic/load/tally.ts";
import { Left } from "./left.ts";
import { allPoints, type Kind, nameOf, type Point, somePoints } from "./points.ts";
import { scene } from "./scene.ts";
import { strike } from "./strike.ts";

describe("a release of which something is killed", () => {
  const next = numbersOf("ONEBOX_KILL_POINTS");
  const count = amount("ONEBOX_KILL_POINTS", Number.POSITIVE_INFINITY);
  let steps: string[];
  let points: Point[];
  let tried = 0;
  /** Secrets are looked for by whoever takes all points, or asks for it: that takes seconds for each. */
  const looks = count === Number.POSITIVE_INFINITY || process.env.ONEBOX_KILL_SECRETS === "all";
  const left = new Left(looks);
  const noticed = new Map<Kind, { points: number; sent: number; failed: number; pause: number }>();

  before(async function () {
    await scene.begin();
    left.plant();
    steps = (await scene.vm.run("/opt/onebox/bin/operate --steps")).split("\n");
    const all = allPoints(steps, scene.deploySteps, next);
    points = somePoints(all, count, next);
    for (const point of points) {
      this.test?.parent?.addTest(new Test(nameOf(point), () => survive(point)));
    }
    console.log(`    ${points.length} of ${all.length} points, seed ${seed}`);
  });

  after(() => {
    console.log(`    ${tried} points tried, seed ${seed}; what visitors noticed:`);
    for (const [kind, { points, sent, failed, pause }] of noticed) {
      console.log(
        `    ${kind}: ${points} points, ${sent} requests, ${failed} failed, longest pause ${Math.round(pause)} ms`,
      );
    }
  });

  it("is tried at as many points as were asked for, of steps that there are", () => {
    expect(steps).to.include.members(["claim", "switch", "watch", "finish"]);
    expect(scene.deploySteps).to.include.members(["secrets", "release", "verify"]);
    expect(points).to.have.length.at.least(Math.min(count, 60));
  });

  if (looks) {
    it("has secrets that are found where they belong, so that they would be found elsewhere", async () => {
      const { code, output } = await scene.deploy(["stage", "--image", await scene.next()]).ended;
      expect(code, output).to.equal(0);
      expect((await left.whereTheyBelong()).join("\n")).to.include("/environment.json");
      const kinds = (await left.tellOf("onebox")).map((line) => line.split(" ")[0]);
      expect(kinds, "Docker's records and the journal are looked at").to.include.members([
        ...["container", "network", "journal"],
      ]);
    });
  }

  /** The whole of it: kill, look, deploy again, look again. */
  async function survive(point: Point): Promise<void> {
    tried++;
    const image = await scene.next();
    const before = await scene.oneRelease();
    const load = startLoad({ address: scene.address, host: stage.host, rate: 10 });
    try {
      const said = await strike(point, image);
      const between = await scene.oneRelease();
      const onTheVm = await left.onTheVm(point.kind === "operator");
      expect(onTheVm, `secrets left on the VM; ${said}`).to.deep.equal([]);
      const lookHere = async () =>
        expect(await left.here(), `secrets left on this computer; ${said}`).to.deep.equal([]);
      // deploy.sh itself killed, the next one tidies up.
      if (point.kind !== "operator") await lookHere();
      const { code, output } = await scene.deploy(["stage", "--image", image]).ended;
      const story = `served ${before}\n${said}\nthen ${between} served; the next deploy:\n${output}`;
      expect(code, story).to.equal(0);
      await lookHere();
      expect(await scene.oneRelease(), story).to.equal(releaseOf(output));
      const failures = note(point.kind, await load.stop());
      if (!mayBeNoticed.has(point.kind)) expect(failures, story).to.deep.equal([]);
    } finally {
      await load.stop();
      await scene.letGo();
    }
  }

  /** Without the VM nothing answers; without Docker Traefik finds no app for new connections. */
  const mayBeNoticed = new Set<Kind>(["machine", "docker"]);

  /** Adds to what visitors noticed; returns what was wrong. Nobody is ever told that there is no such site. */
  function note(kind: Kind, samples: Sample[]): string[] {
    const { sent, failed, wrong, pause, examples, failures } = tally(samples);
    const sum = noticed.get(kind) ?? { points: 0, sent: 0, failed: 0, pause: 0 };
    noticed.set(kind, {
      points: sum.points + 1,
      sent: sum.sent + sent,
      failed: sum.failed + failed,
      pause: Math.max(sum.pause, pause),
    });
    expect(failures).not.to.have.property("status 404");
    return failed + wrong > 0 ? examples : [];
  }

  const releaseOf = (output: string) => /serves release (\S+) \(commit/.exec(output)?.[1];
});
