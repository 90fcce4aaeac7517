import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { PullRequest } from "../pipeline/pull-request.ts";
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

  it("fetch a pull request's commit for its preview, and none that was pushed since", () => {
    const pull = new PullRequest(clone, "feature/a; touch b", "eve/onebox");
    const choose = (action: string, more?: object) => {
      const file = join(clone.directory, ".git/event.json");
      writeFileSync(file, JSON.stringify(pull.event(action, more).payload));
      return step("preview.sh", ["choose"], { GITHUB_EVENT_PATH: file });
    };
    try {
      const first = pull.push("README.md", (text) => `${text}One\n`);
      const waits = /^::notice::no preview: a fork's commit waits for the label "preview"\n$/;
      expect(choose("opened")).to.match(waits);
      const labeled = { label: { name: "preview" } };
      expect(choose("labeled", labeled)).to.equal(`action=up\ncommit=${first}\n`);
      expect(clone.git("cat-file", "-t", first)).to.equal("commit");
      expect(clone.git("show", `${first}:README.md`)).to.match(/One$/);
      const before = pull.shown;
      pull.push("README.md", (text) => `${text}Two\n`);
      const late = choose("labeled", { ...labeled, pull_request: before });
      expect(late).to.match(/^::notice::no preview: there is a later commit.*\n$/);
      expect(choose("closed")).to.equal(`action=down\ncommit=${pull.commit}\n`);
    } finally {
      pull.remove();
    }
  });
});
