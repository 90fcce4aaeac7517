import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { changeHeading, clone, request, run, serving } from "./ways.ts";

describe('with registry: "none"', () => {
  const config = ["--config", "test/fixtures/no-registry.config.ts"];
  const docker = (...args: string[]) => execFileSync("docker", args).toString().trim();
  let registry: string;
  let earlier: string;

  /** Runs a script while the cloud's registry is down: it is killed as soon as the cloud is ready. */
  async function runWithout(script: string, ...args: string[]): Promise<void> {
    let killed = false;
    const watch = (text: string) => {
      if (killed || !/[✓✗] cloud/.test(text)) return;
      killed = true;
      docker("kill", registry);
    };
    await run(0, script, [...args, ...config], { watch });
    expect(killed).to.equal(true);
    expect(docker("ps", "--quiet", "--filter", `name=${registry}`)).to.equal("");
  }

  before(() => {
    const cloud = readFileSync(join(clone.directory, ".onebox/cloud/cloud.json"), "utf8");
    registry = `onebox-${(JSON.parse(cloud) as { id: string }).id}-registry`;
  });

  it("the image goes over SSH, and only the layer that the VM lacks", async () => {
    earlier = (await serving("stage")).release;
    changeHeading("Sent over SSH");
    await runWithout("deploy.sh", "stage");
    const { image, commit } = await serving("stage");
    expect(image).to.match(/^127\.0\.0\.1:5077\/onebox\/app@sha256:[0-9a-f]{64}$/);
    expect(commit).to.equal(clone.git("rev-parse", "HEAD"));
    expect((await request("stage", "/")).body).to.include("Sent over SSH");
    const logs = join(clone.directory, ".onebox/log");
    const [last = ""] = readdirSync(logs)
      .filter((name) => name.startsWith("deploy-"))
      .sort()
      .slice(-1);
    const log = readFileSync(join(logs, last), "utf8");
    expect(log.match(/^[0-9a-f]{12}: Already exists/gm)).to.have.length.above(4);
    expect(log.match(/^[0-9a-f]{12}: Pull complete/gm)).to.have.length(1);
  });

  it("prod takes what stage serves, and stage goes back, without any image being sent", async () => {
    await runWithout("deploy.sh", "prod");
    const [stage, prod] = [await serving("stage"), await serving("prod")];
    expect(prod.digest).to.equal(stage.digest);
    await runWithout("rollback.sh", "stage");
    expect((await serving("stage")).release).to.equal(earlier);
  });

  it("leaves no registry running on this computer", () => {
    const label = `label=onebox.images=${clone.directory}`;
    expect(docker("ps", "--all", "--quiet", "--filter", label)).to.equal("");
  });

  it("can be left again: the next commit goes through the repository", async () => {
    changeHeading("Through the repository");
    await run(0, "deploy.sh", ["stage"]);
    expect((await serving("stage")).image).not.to.match(/^127\.0\.0\.1:5077/);
  });
});
