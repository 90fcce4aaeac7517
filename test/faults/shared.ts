import { expect } from "chai";
import impatient from "../fixtures/impatient.config.ts";
import { stage } from "../stage/use.ts";
import type { Run } from "../support/clone.ts";
import type { Tally } from "../traffic/load/tally.ts";
import { watchLeft } from "./left.ts";
import { underLoad } from "./visitors.ts";

/** Two good images; before each test one of them serves. */
export const good: string[] = [];

/** How long a release that is never ready may take to be so. */
export const readySeconds = impatient.app.ready;
const impatiently = ["--config", "test/fixtures/impatient.config.ts"];

before(async () => {
  good.push(...(await stage.images(2)));
});
beforeEach(async () => {
  if (good.includes((await look()).image)) return;
  await stage.run("deploy.sh", "stage", "--image", good[0] ?? "");
});

/** The good image that does not serve. */
export async function other(): Promise<string> {
  const { image } = await look();
  return good.find((each) => each !== image) ?? "";
}

/** What the VM itself says of stage. */
interface View {
  release: string;
  image: string;
  /** What the router does: route.blue or route.green unless something is under way. */
  way: string;
  /** How the last thing that was done ended. */
  result: string;
}

export async function look(): Promise<View> {
  const { image, release } = await stage.serving();
  const text = await stage.onVm(
    "head -n 1 /opt/onebox/routes/stage.yml; /opt/onebox/bin/releases stage | tail -n 1",
  );
  const [way = "", last = ""] = text.split("\n");
  return { release, image, way: way.replace("# ", ""), result: last.split("\t")[6] ?? "" };
}

/** Deploys an image under a small load; the load must lose nothing, whatever the image is. */
export const deployUnderLoad = (image: string, ...options: string[]) =>
  runUnderLoad("deploy.sh", ["stage", "--image", image, ...options]);

/**
 * Runs a command under a small load, which must lose nothing.
 *
 * @param patience how long an answer may take (ms)
 */
export async function runUnderLoad(
  script: string,
  args: string[],
  patience?: number,
): Promise<{ run: Run; load: Tally }> {
  const visits = patience === undefined ? {} : { patience };
  const work = () => stage.clone.run(script, args);
  const { done: run, loads } = await underLoad(work, visits, ({ output }) => output);
  return { run, load: loads[0] as Tally };
}

/**
 * Deploys an image that must not even be tried, under load: nothing is touched.
 *
 * @param why all that is said beside the steps, a line each
 */
export async function expectRefusal(image: string, ...why: RegExp[]): Promise<void> {
  const before = await look();
  const { run } = await deployUnderLoad(image);
  expect(run.code, run.output).to.equal(2);
  const said = run.output.split("\n").filter((line) => line && !/^( {2}[✓✗…]|Onebox)/.test(line));
  expect(said, run.output).to.have.length(why.length);
  for (const [index, each] of why.entries()) expect(said[index]).to.match(each);
  expect(await look()).to.deep.equal(before);
}

/** A release that must not get through. */
export interface Refusal {
  /** The one line that says why. */
  error: RegExp;
  /** Reads may come from the new release: it failed only while it was watched. */
  watched?: boolean;
  /** It is never ready, so it is waited for no longer than for that to show. */
  unready?: boolean;
  /** Requests wait for the database meanwhile: how long an answer may take (ms). */
  patience?: number;
  /** The history lies where nothing can be written. */
  unrecorded?: boolean;
}

/** Deploys an image that must fail with one clear line, while the old release goes on serving. */
export async function expectFailure(image: string, refusal: Refusal): Promise<Run> {
  const { error, watched, unready, patience, unrecorded } = refusal;
  const [before, left] = [await look(), await watchLeft()];
  const args = ["stage", "--image", image, ...(unready ? impatiently : [])];
  const { run, load } = await runUnderLoad("deploy.sh", args, patience);
  expect(run.code, run.output).to.equal(1);
  const errors = run.output.split("\n").filter((line) => line.includes("onebox: error:"));
  expect(errors, run.output).to.have.length(1);
  expect(errors[0]).to.match(error);
  expect(run.output).to.include(`the previous release, ${before.release}, serves`);
  expect(run.output).to.include(`currently serving on stage: release ${before.release}`);
  if (!watched) expect(load.releases).to.have.all.keys(before.release);
  const { release, image: serving, way, result } = await look();
  expect([serving, release, way, result]).to.deep.equal([
    before.image,
    before.release,
    before.way,
    unrecorded ? before.result : "failed",
  ]);
  expect(await left(), "what it has left on the VM").to.deep.equal([]);
  return run;
}

/** Deploys an image that must be served, with nothing lost. */
export async function expectSuccess(image: string, ...options: string[]): Promise<Run> {
  const { run } = await deployUnderLoad(image, ...options);
  expect(run.code, run.output).to.equal(0);
  const after = await look();
  expect(after).to.include({ result: "served" });
  expect(after.way).to.match(/^route\./);
  expect(run.output).to.include(`serves release ${after.release}`);
  return run;
}
