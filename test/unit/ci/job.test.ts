import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Job } from "../../../cli/ci/job.ts";
import { readRunner } from "../../../cli/ci/runner.ts";
import { RefusedError } from "../../../cli/errors.ts";

describe("what a step tells its runner", () => {
  let said: string;
  const stdout = {
    write: (text: string | Uint8Array) => {
      said += text;
      return true;
    },
  };
  beforeEach(() => {
    said = "";
  });

  it("is one command to a line, whatever the text holds", () => {
    const job = new Job({ environment: {}, stdout });
    job.notice("100 % of a\n::error::b");
    job.warn("c\rd");
    expect(said).to.equal("::notice::100 %25 of a%0A::error::b\n::warning::c%0Dd\n");
  });

  it("goes into the runner's files, after what is there", () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox-job-"));
    const file = (name: string) => join(directory, name);
    const environment = {
      GITHUB_OUTPUT: file("output"),
      GITHUB_ENV: file("env"),
      GITHUB_STEP_SUMMARY: file("summary"),
    };
    const job = new Job({ environment, stdout });
    job.output("image", "r/a@sha256:1");
    job.output("name", "r/a");
    job.export("GNUPGHOME", "/tmp/a b");
    job.summarise("## Image");
    const [output, env, summary] = ["output", "env", "summary"].map((name) =>
      readFileSync(file(name), "utf8"),
    );
    rmSync(directory, { recursive: true });
    expect(output).to.equal("image=r/a@sha256:1\nname=r/a\n");
    expect(env).to.equal("GNUPGHOME=/tmp/a b\n");
    expect(summary).to.equal("## Image\n");
    expect(said).to.equal("");
  });

  it("is no second value in the place of a line break", () => {
    const job = new Job({ environment: {}, stdout });
    for (const value of ["a\nready=true", "a\rb"]) {
      expect(() => job.output("commit", value)).to.throw("more than one line");
    }
    expect(said).to.equal("");
  });

  it("is shown where there is no runner", () => {
    const job = new Job({ environment: { GITHUB_OUTPUT: "" }, stdout });
    job.output("ready", "false");
    expect(said).to.equal("ready=false\n");
  });
});

describe("what a runner tells", () => {
  it("is refused by name when it is missing", () => {
    const run = { GITHUB_REPOSITORY: "you/onebox", GITHUB_REF: "refs/heads/main" };
    expect(() => readRunner(run)).to.throw(RefusedError, "GITHUB_EVENT_NAME is not set");
    expect(readRunner({ ...run, GITHUB_EVENT_NAME: "push" })).to.include({
      api: "https://api.github.com",
      run: "https://github.com/you/onebox/actions/runs/0",
      token: "",
    });
  });
});
