import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commandLines } from "../support/arguments.ts";
import { part } from "./parts.ts";
import { clone, containers, request, run, serving } from "./rehearsal.ts";
import { stateBucket } from "./state.ts";

const docker = (...args: string[]) => execFileSync("docker", args).toString().trim();

describe("destroy", () => {
  let id: string;
  before(() => {
    const cloud = readFileSync(join(clone.directory, ".onebox/cloud/cloud.json"), "utf8");
    id = (JSON.parse(cloud) as { id: string }).id;
  });

  it("asks first; where nobody can be asked, it touches nothing", async () => {
    const before = await containers("stage");
    const { output } = await run(2, "destroy.sh", ["stage"]);
    expect(output).to.include("--yes");
    expect(await containers("stage")).to.equal(before);
  });

  it("takes one environment down and leaves the other alone", async () => {
    const before = await containers("prod");
    await run(0, "destroy.sh", ["stage", "--yes"]);
    expect((await request("stage", "/version")).status).to.equal(404);
    expect((await request("prod", "/version")).status).to.equal(200);
    expect(await containers("prod")).to.equal(before);
  });

  part("kept volume").it("of everything keeps the volume, until --data is said", async () => {
    const { image } = await serving("prod");
    await run(0, "destroy.sh", ["all", "--yes"]);
    expect(docker("ps", "-aq", "--filter", `label=onebox.cloud=${id}`)).to.equal("");
    if (stateBucket() === undefined)
      expect(docker("network", "ls", "-q", "--filter", `name=onebox-${id}`)).to.equal("");
    await run(0, "deploy.sh", ["prod", "--image", image, "--force-unproven"]);
    expect((await request("prod", "/only-on-prod")).status).to.equal(302);
  });

  it("of everything with --data leaves no container, network, volume or process of ours", async () => {
    await run(0, "destroy.sh", ["all", "--data", "--yes"]);
    if (stateBucket() !== undefined) {
      expect(existsSync(join(clone.directory, ".onebox/state"))).to.equal(false);
      expect(docker("volume", "ls", "-q", "--filter", `name=onebox-${id}-objects`)).to.not.equal(
        "",
      );
      await run(0, "cloud.sh", ["reset", "--yes"]); // buckets stay, as at Hetzner
    }
    expect(docker("ps", "-aq", "--filter", `name=onebox-${id}`)).to.equal("");
    expect(docker("network", "ls", "-q", "--filter", `name=onebox-${id}`)).to.equal("");
    expect(docker("volume", "ls", "-q", "--filter", `name=onebox-${id}`)).to.equal("");
    const left = commandLines().filter((line) => line.includes(clone.directory));
    expect(left).to.deep.equal([]);
  });
});
