import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { GitHub } from "../pipeline/github.ts";
import { type JobRun, Runner } from "../pipeline/runner.ts";
import { clone } from "./ways.ts";

describe("a pull request that asks for a larger server", () => {
  let runner: Runner;
  const github = new GitHub();
  let main: string;
  let plan: JobRun | undefined;
  let comment: JobRun | undefined;

  before(async () => {
    runner = new Runner(clone);
    runner.env = { GITHUB_API_URL: await github.start(), GNUPGHOME: "/var/empty/onebox" };
    main = clone.git("branch", "--show-current");
    const base = clone.git("rev-parse", "HEAD");
    clone.git("checkout", "--quiet", "-b", "larger");
    const config = readFileSync(join(clone.directory, "onebox.config.ts"), "utf8");
    clone.write("onebox.config.ts", config.replace('type: "cx23"', 'type: "cx33"'));
    const sha = clone.commit("Take a larger server");
    const pull = { number: 7, base: { sha: base }, head: { repo: { full_name: "you/onebox" } } };
    const payload = { pull_request: pull };
    const event = { name: "pull_request", ref: "refs/pull/7/merge", sha, payload };
    ({ plan, comment } = await runner.run("plan", event));
  });
  after(() => {
    clone.git("clean", "--quiet", "--force", "-d");
    clone.git("checkout", "--quiet", main);
    clone.git("branch", "--quiet", "-D", "larger");
    github.stop();
    runner.remove();
  });

  it("is planned without a secret, and its run shows the plan", () => {
    expect(plan?.result, plan?.output).to.equal("success");
    expect(plan?.summary).to.match(/server_type: cx23 → cx33/);
  });

  it("gets the plan with its price as one comment", () => {
    expect(comment?.result, comment?.output).to.equal("success");
    expect(github.comments).to.have.length(1);
    const body = github.comments[0]?.body ?? "";
    expect(body).to.match(
      /hcloud_server\.server \| cx23 in fsn1 → cx33 in fsn1 \| [\d.]+ \| [\d.]+ \|/,
    );
    expect(body).to.match(/\*\*\+[\d.]+ EUR per month, without VAT\.\*\*/);
    expect(body).to.include("The server is switched off for the change");
  });
});
