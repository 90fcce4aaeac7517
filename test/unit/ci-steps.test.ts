import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Clone } from "../support/clone.ts";

describe("the steps of a repository that has only been cloned", () => {
  let clone: Clone;
  before(() => {
    clone = new Clone();
    clone.lendPackages();
  });
  after(() => clone.remove());

  /** Runs a step; returns its notices and its outputs. */
  function step(script: string, args: string[], env: Record<string, string>): string {
    const file = join(clone.directory, ".git/output");
    writeFileSync(file, "");
    const { status, stdout, stderr } = spawnSync(`scripts/ci/${script}`, args, {
      cwd: clone.directory,
      env: { ...process.env, GITHUB_OUTPUT: file, ...env },
    });
    expect(status, stderr.toString()).to.equal(0);
    return stdout.toString() + readFileSync(file, "utf8");
  }

  it("deploy nothing and push nothing while the cloud is the local one, and say so", () => {
    const unlocked = step("unlock.sh", [], { ONEBOX_GPG_KEY: "a key" });
    expect(unlocked).to.match(
      /^::notice::.* cloud: "local": nothing is deployed .*\nready=false\n$/,
    );
    const image = step("image.sh", [], {});
    expect(image).to.match(/^::notice::.* cloud: "local": .*\n$/);
  });

  it("deploy nothing where there is no registry, and say so", () => {
    const env = { ONEBOX_CONFIG: "test/fixtures/no-registry.config.ts" };
    expect(step("deploy.sh", ["stage"], env)).to.match(/^::notice::.* registry: "none": .*\n$/);
  });
});
