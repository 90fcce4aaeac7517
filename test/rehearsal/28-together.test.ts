import { expect } from "chai";
import { clone, run, status } from "./rehearsal.ts";

describe("two deploys at once", () => {
  it("of one environment: one is done, the other too or told with exit code 3", async () => {
    const { image } = await status("stage");
    const deploy = () => clone.run("deploy.sh", ["stage", "--image", image]);
    const runs = await Promise.all([deploy(), deploy()]);
    const output = runs.map((done) => done.output).join("\n");
    expect(runs.map((done) => done.code).sort()[0], output).to.equal(0);
    const [, second] = runs.map((done) => done.code).sort();
    expect(second, output).to.be.oneOf([0, 3]);
    if (second === 3)
      expect(output).to.match(/stage is held: .*; run this again later, or with --wait/);
    await run(0, "deploy.sh", ["stage", "--image", image]);
  });

  it("of both environments: both are done", async () => {
    const { image } = await status("stage");
    const runs = await Promise.all(
      ["stage", "prod"].map((environment) =>
        clone.run("deploy.sh", [environment, "--image", image]),
      ),
    );
    expect(
      runs.map((done) => done.code),
      runs.map((done) => done.output).join("\n"),
    ).to.deep.equal([0, 0]);
  });
});
