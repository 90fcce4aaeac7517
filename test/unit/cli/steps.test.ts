import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FailedError, HeldError, StepError } from "../../../cli/errors.ts";
import { logFile, RunLog } from "../../../cli/log.ts";
import { ProgramError } from "../../../cli/processes.ts";
import { reportOf } from "../../../cli/report.ts";
import { Steps } from "../../../cli/steps.ts";

describe("the steps of a run", () => {
  let directory: string;
  let log: RunLog;
  let shown: string;
  let steps: Steps;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-steps-"));
    log = new RunLog(join(directory, "log/run.log"));
    shown = "";
    steps = new Steps({ write: (text) => (shown += text), isTerminal: false }, log);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const failing = (stderr: string, code = 7) =>
    steps
      .run("server", async (step) => {
        step.output(stderr);
        throw new ProgramError("terraform", { code, stdout: "", stderr });
      })
      .catch((error: unknown) => error);

  it("are a line each, and return what they found", async () => {
    const found = await steps.run("image", async (step) => {
      step.note = "abc1234 is\u001b[2J in the registry";
      step.output("what Docker says\n");
      return 5;
    });
    expect(found).to.equal(5);
    expect(shown).to.match(/^ {2}✓ image {8}abc1234 is in the registry {18} +\d+\.\d s\n$/);
    expect(readFileSync(log.file, "utf8")).to.equal("what Docker says\n");
  });

  it("are not shown where only the command's own output counts", async () => {
    expect(await steps.quietly("synth", async () => "made")).to.equal("made");
    expect(shown).to.equal("");
  });

  it("show what programs say in whole lines, so that no order is cut into harmless halves", async () => {
    let told = "";
    const verbose = (text: string) => (told += text);
    steps = new Steps({ write: () => {}, isTerminal: false, verbose }, log);
    await steps.run("image", async ({ output }) => {
      for (const part of ["a\n:", ":error::b\n#", "#[group]\nc"]) output(part);
    });
    expect(told).to.equal("a\n: :error::b\n# #[group]\nc");
  });

  it("name the lines that say why, and the log", async () => {
    await steps.run("before", async (step) => step.output("Error: of a step before\n"));
    const error = await failing("fine\nError: no such server\nmore\n");
    expect(error).to.be.instanceOf(StepError);
    const { text, exitCode } = reportOf(error, "deploy.sh");
    expect(exitCode).to.equal(1);
    expect(text).to.equal(
      `    Error: no such server\ndeploy.sh: step "server" failed; the whole output: ${log.file}\n`,
    );
    expect(shown).to.match(/^ {2}✗ server /m);
  });

  it("name what the program that failed has said, not those before it", async () => {
    const error = await steps
      .run("context", async (step) => {
        step.output("Successfully built 1234567\n");
        throw new ProgramError("docker", { code: 1, stdout: "", stderr: "empty export\n" });
      })
      .catch((error: unknown) => error);
    expect(error).to.have.property("reasons").that.deep.equals(["empty export"]);
    expect(readFileSync(log.file, "utf8")).to.equal("Successfully built 1234567\nempty export\n");
  });

  it("explain a program that ends with 2, which is Onebox's own for a refusal, like any other", async () => {
    const { text, exitCode } = reportOf(await failing("Error: no such server\n", 2), "deploy.sh");
    expect(exitCode).to.equal(1);
    expect(text).to.equal(
      `    Error: no such server\ndeploy.sh: step "server" failed; the whole output: ${log.file}\n`,
    );
    const silent = reportOf(await failing("", 2), "deploy.sh");
    expect([silent.exitCode, silent.text]).to.deep.equal([
      1,
      `    it said nothing\ndeploy.sh: step "server" failed; the whole output: ${log.file}\n`,
    ]);
  });

  it("prefer what the VM itself says, and take the end where nothing looks like an error", async () => {
    const vm = await failing(
      "null_resource.deployment (remote-exec): onebox: error: too slow\nError: failed\n",
    );
    expect(vm).to.have.property("reasons").that.deep.equals(["onebox: error: too slow"]);
    const end = await failing("1\n2\n3\n4\n");
    expect(end).to.have.property("reasons").that.deep.equals(["2", "3", "4"]);
    expect(await failing(""))
      .to.have.property("reasons")
      .that.deep.equals(["it said nothing"]);
  });

  it("say that a program was killed, not what it was saying", async () => {
    const finished = { code: 143, stdout: "", stderr: "", signal: "SIGKILL" } as const;
    const work = steps.run("release", async (step) => {
      step.output("Checking Host Key: true\n");
      throw new ProgramError("terraform", finished);
    });
    expect(await work.catch((error: unknown) => error))
      .to.have.property("reasons")
      .that.deep.equals(["terraform was ended by SIGKILL"]);
  });

  it("leave an error that says all as it is", async () => {
    const held = new HeldError("stage is locked");
    const error = await steps.run("release", () => Promise.reject(held)).catch((e: unknown) => e);
    expect(error).to.equal(held);
    expect(reportOf(error, "deploy.sh")).to.deep.equal({
      text: "deploy.sh: stage is locked\n",
      exitCode: 3,
    });
  });
});

describe("the report of a failure", () => {
  it("says what is currently serving and what to do next", () => {
    const error = new FailedError("no\u001b[2J", {
      serves: "currently serving on stage: 1",
      next: "do it",
    });
    expect(reportOf(error, "deploy.sh").text).to.equal(
      "deploy.sh: no\n  currently serving on stage: 1\n  next: do it\n",
    );
  });

  it("takes what is no error of a command for a fault of its own", () => {
    const { text, exitCode } = reportOf(new TypeError("x is not a function"), "status.sh");
    expect(exitCode).to.equal(1);
    expect(text).to.match(/^status\.sh: this is a fault of Onebox's own: TypeError: x is not a/);
  });
});

describe("the log of a run", () => {
  it("is named by command, time and process", () => {
    const time = new Date("2026-01-02T03:04:05.678Z");
    expect(logFile("/o", "plan", time, 7)).to.equal("/o/log/plan-20260102T030405Z-7.log");
  });
});
