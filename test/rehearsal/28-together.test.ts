import { expect } from "chai";
import { part } from "./parts.ts";
import { clone, run, serving } from "./rehearsal.ts";

part("at once").describe("deploys at once", () => {
  it("of one environment: one is done, the other too or told with exit code 3; of another: done", async () => {
    const { image } = await serving("stage");
    const deploy = (environment: string) => clone.run("deploy.sh", [environment, "--image", image]);
    const [one, two, other] = await Promise.all(["stage", "stage", "prod"].map(deploy));
    const output = [one, two, other].map((done) => done?.output).join("\n");
    expect(other?.code, output).to.equal(0);
    const [first, second] = [one, two].map((done) => done?.code).sort();
    expect(first, output).to.equal(0);
    expect(second, output).to.be.oneOf([0, 3]);
    if (second === 3)
      expect(output).to.match(/stage is locked: .*; run this again later, or with --wait/);
    await run(0, "deploy.sh", ["stage", "--image", image]);
  });
});
