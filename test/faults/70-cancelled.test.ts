import { expect } from "chai";
import { scene } from "../kill/scene.ts";
import { stage } from "../stage/use.ts";
import { pushImage, withMigration } from "./bad-images.ts";
import { watchLeft } from "./left.ts";
import { some } from "./sample.ts";
import { good, look, other } from "./shared.ts";
import { underLoad } from "./visitors.ts";

const migrating = "docker ps -q --filter label=com.docker.compose.service=migrate";
const columns = `docker exec onebox-stage-database psql -U app -d app -Atc "select * from links limit 0" -P tuples_only=off`;

/** Cancels the deploy of an image, under load, once its release is where it is meant to be. */
async function cancel(image: string, step: string, there: () => Promise<unknown>): Promise<void> {
  const [before, left, table] = [await look(), await watchLeft(), await stage.onVm(columns)];
  const work = async () => {
    const deploy = scene.deploy(["stage", "--image", image]);
    await scene.arrival("stage", step, deploy);
    await there();
    const { output: told } = await stage.run("cancel.sh", "stage");
    expect(told).to.match(new RegExp(`✓ cancel +ended: .* at step ${step}`));
    return deploy.ended;
  };
  const { done, loads } = await underLoad(work, {}, ({ output }) => output);
  await scene.letGo();
  expect(done.code, done.output).to.equal(1);
  expect(await scene.oneRelease()).to.equal(before.release);
  const { result, ...now } = await look();
  expect(now).to.deep.equal({ release: before.release, image: before.image, way: before.way });
  expect(result).to.not.equal("served");
  expect(loads[0]?.releases).to.have.all.keys(before.release);
  expect(await stage.onVm(columns)).to.equal(table);
  expect(await left(), "what it has left on the VM").to.deep.equal([]);
  expect(await stage.onVm(migrating.replace("-q", "-aq"))).to.equal("");
}

const faults: Record<string, () => Promise<void>> = {
  "a release, before its app gets visitors": async () => {
    await scene.hold("stage", "switch");
    await cancel(await other(), "switch", async () => {});
  },

  "a migration that never ends": async () => {
    const image = pushImage(stage, good[0] ?? "", "migration-ends", withMigration("never-ends"));
    const runs = `for _ in $(seq 600); do [ "$(${migrating})" ] && exit; sleep 0.1; done; exit 1`;
    await cancel(image, "migrate", () => stage.onVm(runs));
  },
};

describe("cancel.sh in the midst of", () => {
  before(() => scene.begin());
  afterEach(() => scene.letGo());

  for (const [what, test] of some(Object.entries(faults))) {
    it(`${what}: what served before serves on, and nobody notices`, test);
  }
});
