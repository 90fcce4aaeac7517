import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Run } from "../support/clone.ts";
import { startLoad } from "../traffic/load/load.ts";
import { type Tally, tally } from "../traffic/load/tally.ts";
import { Stage } from "../traffic/stage.ts";

/** The one stage that the tests of this room use, one after another. */
export const stage: Stage = new Stage();

/** How long a release may take to be ready here: many of these never are. */
export const readySeconds = 20;

const config = readFileSync(join(stage.clone.directory, "onebox.config.ts"), "utf8");
stage.clone.write("onebox.config.ts", config.replace(/\bready: \d+/, `ready: ${readySeconds}`));
stage.clone.commit("Wait less for what will never be ready");

after(() => stage.remove());

/** Deploys an image under a small load; the load must lose nothing, whatever the image is. */
export async function deployUnderLoad(image: string): Promise<{ run: Run; load: Tally }> {
  const { address } = await stage.serving();
  const load = startLoad({ address, host: stage.host, rate: 20, seconds: 600 });
  const run = await stage.clone.run("deploy.sh", ["stage", "--image", image]);
  const result = tally(await load.stop());
  const why = [...result.examples, run.output];
  if (result.failed > 0) why.unshift(await stage.edgeTrouble());
  expect([result.failed, result.wrong], why.join("\n")).to.deep.equal([0, 0]);
  expect(result.sent).to.be.greaterThan(20);
  return { run, load: result };
}

/** A release that must not get through. */
export interface Refusal {
  /** The one line that says why. */
  error: RegExp;
  /** Reads may come from the new release: it failed only while it was watched. */
  watched?: boolean;
}

/** Deploys an image that must fail with one clear line, while the old release goes on serving. */
export async function expectFailure(image: string, { error, watched }: Refusal): Promise<Run> {
  const before = await stage.serving();
  const { run, load } = await deployUnderLoad(image);
  expect(run.code, run.output).to.equal(1);
  const errors = run.output.split("\n").filter((line) => line.includes("onebox: error:"));
  expect(errors, run.output).to.have.length(1);
  expect(errors[0]).to.match(error);
  expect(run.output).to.include(`the previous release, ${before.release}, serves`);
  expect(run.output).to.include(`stage serves now: release ${before.release}`);
  if (!watched) expect(load.releases).to.have.all.keys(before.release);
  const after = await stage.serving();
  expect([after.image, after.release]).to.deep.equal([before.image, before.release]);
  expect(await stage.onVm("head -n 1 /opt/onebox/routes/stage.yml")).to.match(/^# route\./);
  expect(await stage.onVm("/opt/onebox/bin/releases stage | tail -n 1 | cut -f 7")).to.equal(
    "failed\n",
  );
  return run;
}
