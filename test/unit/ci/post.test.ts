import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createGitHub, GitHubError } from "../../../cli/ci/github.ts";
import { keepIssue, marked, putComment } from "../../../cli/ci/post.ts";
import { pullSchema } from "../../../cli/ci/preview.ts";
import { readRunner } from "../../../cli/ci/runner.ts";
import { root } from "../../../config/load.ts";
import { holds } from "../../pipeline/expressions.ts";
import { GitHub } from "../../pipeline/github.ts";
import { readWorkflow } from "../../support/workflows.ts";

describe("what the pipeline posts", () => {
  let github: GitHub;
  let env: Record<string, string>;
  beforeEach(async () => {
    github = new GitHub();
    env = {
      GITHUB_API_URL: await github.start(),
      GITHUB_REPOSITORY: "you/onebox",
      GITHUB_TOKEN: "job-token",
      GITHUB_REF: "refs/heads/main",
      GITHUB_EVENT_NAME: "schedule",
    };
  });
  afterEach(() => github.stop());

  const api = () => createGitHub(readRunner(env));
  const text = (body: string) => marked("drift", body, "https://run.test/1");

  it("is one issue: opened, changed, closed; and another one the next time", async () => {
    const drift = { title: "Drifted", closing: "Nothing differs any more." };
    const keep = (body?: string) => keepIssue(api(), "drift", drift, body);
    expect(await keep()).to.equal("nothing");
    expect(await keep(text("a port"))).to.equal("opened");
    expect(await keep(text("two ports"))).to.equal("updated");
    expect(github.issues).to.have.length(1);
    expect(github.issues[0]?.body).to.match(/^two ports\n/);
    expect(await keep()).to.equal("closed");
    expect(github.comments.map(({ body }) => body)).to.deep.equal(["Nothing differs any more."]);
    expect(await keep(text("a port again"))).to.equal("opened");
    expect(github.issues.map(({ state }) => state)).to.deep.equal(["closed", "open"]);
  });

  it("is never put in the place of somebody else's words", async () => {
    const stranger = { id: 90, number: 90, state: "open", user: { login: "mallory" } };
    github.issues.push({ ...stranger, body: text("mine") });
    github.comments.push({ ...stranger, body: text("mine") });
    const drift = { title: "Drifted", closing: "" };
    expect(await keepIssue(api(), "drift", drift, text("a port"))).to.equal("opened");
    await putComment(api(), 7, "drift", text("a plan"));
    expect(github.issues[0]?.body).to.match(/^mine\n/);
    expect(github.comments.map(({ body }) => body.split("\n")[0])).to.deep.equal([
      "mine",
      "a plan",
    ]);
  });

  it("is one comment, which the next plan changes", async () => {
    for (const plan of ["one plan", "another plan"]) {
      await putComment(api(), 7, "drift", text(plan));
    }
    expect(github.comments).to.have.length(1);
    expect(github.comments[0]?.body).to.match(/^another plan\n/);
  });

  it("is found below a hundred others", async () => {
    const other = { state: "open", user: { login: "mallory" }, body: "a word" };
    for (let id = 1000; id < 1250; id++) github.comments.push({ ...other, id, number: id });
    await putComment(api(), 7, "drift", text("one plan"));
    await putComment(api(), 7, "drift", text("another plan"));
    const own = github.comments.filter(({ user }) => user.login !== "mallory");
    expect(own.map(({ body }) => body.split("\n")[0])).to.deep.equal(["another plan"]);
  });

  it("fails with the API's own status when the token is wrong", async () => {
    env.GITHUB_TOKEN = "stolen";
    const failure = await putComment(api(), 7, "drift", "").catch((error) => error);
    expect(failure).to.be.instanceOf(GitHubError).and.have.property("status", 401);
  });

  it("fails when the API answers what nobody can use", async () => {
    const head = { ref: "a", label: "you:a", sha: "HEAD", repo: null };
    for (const answer of [{}, [], { number: 7, state: "open", user: null, head }]) {
      github.pull = () => answer;
      const failure = await api()
        .get("pulls/7", pullSchema)
        .catch((error) => error);
      expect(failure).to.be.instanceOf(GitHubError);
      expect(failure.message).to.equal("GET pulls/7: the answer has an unexpected form");
    }
  });

  it("is no new comment where one is only to be changed", async () => {
    await putComment(api(), 7, "preview", marked("preview", "down", ""), true);
    expect(github.comments).to.deep.equal([]);
    await putComment(api(), 7, "preview", marked("preview", "up", ""));
    await putComment(api(), 7, "plan", marked("plan", "a plan", ""));
    await putComment(api(), 7, "preview", marked("preview", "down", ""), true);
    expect(github.comments.map(({ body }) => body.split("\n")[0])).to.deep.equal([
      "down",
      "a plan",
    ]);
  });

  it("is nothing for a fork, whose token may not comment; that fails no run", async () => {
    const { if: condition } = readWorkflow("plan").jobs.comment ?? {};
    const from = (full_name: string) => ({
      github: {
        repository: "you/onebox",
        event: { pull_request: { head: { repo: { full_name } } } },
      },
    });
    expect(holds(condition, from("you/onebox"), false)).to.equal(true);
    expect(holds(condition, from("mallory/onebox"), false)).to.equal(false);

    github.readOnly = true;
    const directory = mkdtempSync(join(tmpdir(), "onebox-post-"));
    const file = join(directory, "plan.md");
    writeFileSync(file, "a plan");
    const program = join(root, "cli/main.ts");
    const child = spawn(process.execPath, [program, "ci/comment", file], {
      env: { ...process.env, ...env, PULL_REQUEST: "7" },
    });
    let said = "";
    child.stdout.on("data", (data) => (said += data));
    const code = await new Promise((resolve) => child.on("close", resolve));
    rmSync(directory, { recursive: true });
    expect(code).to.equal(0);
    expect(said).to.include("::notice::this run's token may not comment");
    expect(github.comments).to.deep.equal([]);
  });
});
