import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Test } from "mocha";
import { stage } from "../../stage/use.ts";
import type { Run } from "../../support/clone.ts";
import { amount, numbersOf, seed } from "../../support/sample.ts";
import { startLoad } from "../../traffic/load/load.ts";
import { tally } from "../../traffic/load/tally.ts";
import { scene } from "../scene.ts";
import { allPoints, type Kind, type Point, somePoints } from "./points.ts";

describe("a preview of which something is killed", () => {
  const branch = "killed";
  let traces: string[];
  let sent = 0;

  before(async function () {
    await scene.begin();
    scene.branch(branch);
    const stepsOf = async (command: string) =>
      (await scene.vm.run(`/opt/onebox/bin/operate --steps ${command}`)).split("\n");
    const all = allPoints(await stepsOf("preview-release"), await stepsOf("preview-remove"));
    const points = somePoints(
      all,
      amount("ONEBOX_PREVIEW_POINTS", 4),
      numbersOf("ONEBOX_PREVIEW_POINTS"),
    );
    console.log(`    ${points.length} of ${all.length} points, seed ${seed}`);
    for (const point of points) {
      const name = `${point.kind}, ${point.action}, before step "${point.step}"`;
      this.test?.parent?.addTest(new Test(name, () => survive(point)));
    }
    traces = await scene.traces();
  });
  after(() => console.log(`    stage was asked ${sent} times meanwhile`));

  it("has steps to be killed at", async () => {
    const up = await scene.vm.run("/opt/onebox/bin/operate --steps preview-release");
    expect(up.split("\n")).to.include.members(["claim", "database", "route"]);
  });

  async function survive({ action, step, kind }: Point): Promise<void> {
    if (action === "down") await scene.preview("up", branch);
    const load = startLoad({ address: scene.address, host: stage.host, rate: 10 });
    try {
      const story = await strike(action, step, kind);
      await letGo();
      await atRest();
      await scene.reap();
      const there = await scene.vm.run("/opt/onebox/bin/preview-list");
      // What goes on without its operator comes to its end: up means that it is up. And a VM that had not yet been
      // told to take it down still has it.
      const untold = action === "down" && step === "claim";
      if (kind === "operator" ? action === "up" : untold) {
        expect(there, story).to.match(/\t(awake|asleep)\t/);
      } else expect(there, story).to.equal("");
      await scene.preview("up", branch);
      expect((await scene.visit(branch)).status).to.equal(200);
      await scene.preview("down", branch);
      expect(await scene.traces(), story).to.deep.equal(traces);
      const { failed, wrong, examples, ...seen } = tally(await load.stop());
      sent += seen.sent;
      if (kind !== "machine")
        expect([failed, wrong], `${story}\n${examples}`).to.deep.equal([0, 0]);
    } finally {
      await load.stop();
      await letGo();
    }
  }

  /** Runs the command into the step, kills there, and returns what it said. */
  async function strike(action: "up" | "down", step: string, kind: Kind): Promise<string> {
    const run = `/run/onebox/${scene.environmentOf(branch)}`;
    await scene.vm.run(`install -d -m 0700 ${run}; rm -f ${run}/step; touch ${run}/hold.${step}`);
    let kill = () => {};
    const command: Promise<Run> = stage.clone.run("preview.sh", [action, branch], {
      watch: (_text, signal) => {
        kill = () => signal("SIGKILL");
      },
    });
    const arrived = scene.vm.run(
      `for _ in $(seq 6000); do [ "$(cat ${run}/step 2>/dev/null)" = ${step} ] && exit 0; sleep 0.05; done; exit 1`,
    );
    arrived.catch(() => {}); // the command's end is the better explanation
    const early = command.then(({ code, output }) => {
      throw new Error(`preview.sh ended with ${code} before step ${step}:\n${output}`);
    });
    await Promise.race([arrived, early]);
    if (kind === "unit") {
      await scene.vm.run(`systemctl kill -s KILL onebox-release-${scene.environmentOf(branch)}`);
    } else if (kind === "operator") kill();
    else await scene.reset();
    if (kind !== "machine") await letGo(); // what tidies up has steps of the same names
    const { code, output } = await command;
    return `preview.sh ${action} ended with ${code}:\n${output}`;
  }

  /** Waits until no unit is at work on it. */
  async function atRest(): Promise<void> {
    const unit = `onebox-release-${scene.environmentOf(branch)}.service`;
    const state = `systemctl show -p ActiveState --value ${unit}`;
    for (const end = Date.now() + 60_000; (await scene.vm.run(state)) !== "inactive"; ) {
      expect(Date.now()).to.be.below(end);
      await sleep(200);
    }
  }

  const letGo = () => scene.vm.run("rm -f /run/onebox/preview-*/hold.*");
});
