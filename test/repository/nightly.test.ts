import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Night } from "./night.ts";

describe("the nightly tests", () => {
  let job: Night;
  before(() => {
    job = new Night();
    return job.begin();
  });
  after(() => job.end());

  /** Runs the step of a night whose tests end with this code, and leave this summary. */
  async function night(code: number, summary: string) {
    const lines = [
      `[ "$*" = --long ] || exit 9`,
      summary && `echo '${summary}' >.onebox/tests/summary.md`,
    ];
    job.clone.write("scripts/test.sh", `#!/bin/sh\n${lines.join("\n")}\nexit ${code}\n`);
    const file = join(job.clone.directory, ".git/summary");
    writeFileSync(file, "");
    const run = await job.run("ci/nightly.sh", { GITHUB_STEP_SUMMARY: file });
    expect(run.code, run.output).to.equal(code);
    return run.output + readFileSync(file);
  }

  it("keep one issue about their result: opened, updated and closed", async () => {
    expect(await night(0, "## 9 passed, 0 failed")).to.include("issue: nothing");
    expect(await night(1, "## 8 passed, 1 failed")).to.include("issue: opened");
    const [issue] = job.github.issues;
    expect(issue?.title).to.equal("The nightly tests fail");
    expect(issue?.body).to.include("## 8 passed, 1 failed").and.include("<!-- onebox: nightly -->");
    expect(await night(1, "## 7 passed, 2 failed")).to.include("issue: updated");
    expect(job.github.issues[0]?.body).to.include("## 7 passed, 2 failed").and.not.include("## 8");
    expect(await night(0, "## 9 passed, 0 failed")).to.include("issue: closed");
    expect(job.github.issues.map(({ state }) => state)).to.deep.equal(["closed"]);
    expect(job.github.comments.at(-1)?.body).to.equal("All tests pass again.");
  });

  it("say how far they came when their time is over", async () => {
    job.clone.write(
      "scripts/test.sh",
      `#!/bin/sh
trap 'echo "## 3 passed, 0 failed" >.onebox/tests/summary.md; exit 143' TERM
while :; do sleep 0.1; done
`,
    );
    const run = await job.run("ci/nightly.sh", {}, ["--minutes", "0.2"]);
    expect(run.code, run.output).to.equal(124);
    expect(job.github.issues.at(-1)?.body).to.include("## 3 passed, 0 failed");
    expect(await night(0, "## 9 passed, 0 failed")).to.include("issue: closed");
  });

  it("have the summary of this night, not of the last one, when they break off", async () => {
    await night(1, "");
    expect(job.github.issues.at(-1)?.body)
      .to.include("The tests broke off")
      .and.not.include("passed");
    expect(await night(0, "## 9 passed, 0 failed")).to.include("## 9 passed, 0 failed");
  });
});
