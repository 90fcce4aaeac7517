import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { GitHub } from "../pipeline/github.ts";
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
  async function step(
    script: string,
    args: string[],
    env: Record<string, string>,
  ): Promise<string> {
    const file = join(clone.directory, ".git/output");
    writeFileSync(file, "");
    const { stdout } = await promisify(execFile)(`scripts/ci/${script}`, args, {
      cwd: clone.directory,
      env: { ...process.env, GITHUB_OUTPUT: file, ...env },
    });
    return stdout + readFileSync(file, "utf8");
  }

  it("deploy nothing and push nothing while the cloud is the local one, and say so", async () => {
    const unlocked = await step("unlock.sh", [], { ONEBOX_GPG_KEY: "a key" });
    expect(unlocked).to.match(
      /^::notice::.* cloud: "local": nothing is deployed .*\nready=false\n$/,
    );
    const image = await step("image.sh", [], {});
    expect(image).to.match(/^::notice::.* cloud: "local": .*\n$/);
  });

  it("deploy nothing where there is no registry, and say so", async () => {
    const env = { ONEBOX_CONFIG: "test/fixtures/no-registry.config.ts" };
    expect(await step("deploy.sh", ["stage"], env)).to.match(
      /^::notice::.* registry: "none": .*\n$/,
    );
  });

  it("fetch a pull request's commit for its preview, and none that was pushed since", async () => {
    const pull = new PullRequest(clone, "feature/a; touch b", "eve/onebox");
    const github = new GitHub();
    github.permissions.ada = "write";
    const runner = {
      ONEBOX_CONFIG: "test/fixtures/hetzner-previews.config.ts",
      GITHUB_API_URL: await github.start(),
      GITHUB_REPOSITORY: "you/onebox",
      GITHUB_TOKEN: "job-token",
      GITHUB_REF: "refs/heads/main",
      GITHUB_EVENT_NAME: "pull_request_target",
    };
    const choose = (action: string, more?: object) => {
      const file = join(clone.directory, ".git/event.json");
      writeFileSync(file, JSON.stringify(pull.event(action, more).payload));
      return step("preview.sh", ["choose"], { ...runner, GITHUB_EVENT_PATH: file });
    };
    try {
      const first = pull.push("README.md", (text) => `${text}One\n`);
      const waits = /^::notice::no preview: a fork's commit waits for the label "preview"\n$/;
      expect(await choose("opened")).to.match(waits);
      const labeled = { label: { name: "preview" } };
      github.reviews = [{ state: "APPROVED", commit_id: first, user: { login: "ada" } }];
      expect(await choose("labeled", labeled)).to.equal(`action=up\ncommit=${first}\n`);
      expect(clone.git("cat-file", "-t", first)).to.equal("commit");
      expect(clone.git("show", `${first}:README.md`)).to.match(/One$/);
      const before = pull.shown;
      pull.push("README.md", (text) => `${text}Two\n`);
      const late = await choose("labeled", { ...labeled, pull_request: before });
      expect(late).to.match(/^::notice::no preview: there is a later commit.*\n$/);
    } finally {
      github.stop();
      pull.remove();
    }
  });
});
