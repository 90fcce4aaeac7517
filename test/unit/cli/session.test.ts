import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FailedError, InterruptedError } from "../../../cli/errors.ts";
import { removeLeft } from "../../../cli/left.ts";
import { reportOf } from "../../../cli/report.ts";
import { type Invocation, type Session, withSession } from "../../../cli/session.ts";

describe("whichever way a command ends, nothing that it opened stays", () => {
  let root: string;
  let said: string;
  let signal: (name: NodeJS.Signals) => void;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "onebox ü-"));
    said = "";
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Runs `work` with a secret and a scratch file; returns how it ended and what is left. */
  async function end(work: (session: Session) => Promise<unknown>) {
    const stream = { write: (text: string) => (said += text), isTTY: false };
    const invocation = {
      ...{
        root,
        command: "try",
        program: "scripts/try.sh",
        environment: { PATH: process.env.PATH },
      },
      ...{ stdout: stream, stderr: stream },
      onSignal: (handler: typeof signal) => {
        signal = handler;
        return () => {};
      },
    } as unknown as Invocation;
    const order: string[] = [];
    const opened: string[] = [];
    const result = await withSession(invocation, {}, async (session) => {
      opened.push(session.secrets, session.scratch);
      session.onClose(() => {
        throw new Error("does not close");
      });
      for (const name of ["first", "second"]) session.onClose(() => void order.push(name));
      return work(session);
    }).catch((error: unknown) => error);
    return { result, order, left: opened.filter((path) => existsSync(path)) };
  }

  const clean = { order: ["second", "first"], left: [] };

  it("its end", async () => {
    expect(await end(async () => 5)).to.deep.equal({ result: 5, ...clean });
    expect(said).to.equal("  ! does not close\n"); // and it kept no other from being closed
  });

  it("a failure", async () => {
    const error = new FailedError("no");
    expect(await end(() => Promise.reject(error))).to.deep.equal({ result: error, ...clean });
  });

  it("Ctrl-C in an editor is the editor's", async () => {
    const result = await end((session) =>
      session.lendTerminal(async () => {
        signal("SIGINT");
        return "edited";
      }),
    );
    expect(result).to.deep.equal({ result: "edited", ...clean });
  });

  for (const [name, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 143],
    ["SIGPIPE", 141],
  ] as const) {
    it(`${name}, in a step whose program goes on and on`, async () => {
      const { result, ...rest } = await end((session) =>
        session.steps.run("server", async () => {
          setTimeout(() => signal(name), 50);
          await session.processes.run("sh", ["-c", "sleep 60; :"]); // which has started another
        }),
      );
      expect(result).to.be.instanceOf(InterruptedError).and.include({ exitCode: code });
      expect(result).to.have.property("step", "server");
      expect(rest).to.deep.equal(clean);
      expect(said.match(/^ {2}✗ server /gm)).to.have.length(1);
    });
  }

  it("Ctrl-C tells what goes on elsewhere, in the step that runs and no other", async () => {
    const { result } = await end(async (session) => {
      await session.steps.run("before", async (step) => {
        step.left = "that is over";
      });
      await session.steps.run("server", async (step) => {
        step.left = "the VM goes on";
        setTimeout(() => signal("SIGINT"), 50);
        await session.processes.run("sleep", ["60"]);
      });
    });
    expect(reportOf(result, "try.sh").text).to.equal(
      'try.sh: interrupted in step "server"; the VM goes on\n',
    );
  });

  it("a failure beside a program that goes on", async () => {
    let ended = false;
    const { result } = await end(async (session) => {
      const options = { codes: "any" as const };
      void session.processes.run("sleep", ["60"], options).then(() => {
        ended = true;
      });
      throw new FailedError("no");
    });
    expect(result).to.be.instanceOf(FailedError);
    expect(ended).to.equal(true);
  });

  it("two signals, where a program ignores the first", async () => {
    let second: NodeJS.Timeout | undefined;
    const { result } = await end(async (session) => {
      const output = () => {
        signal("SIGTERM");
        second = setTimeout(() => signal("SIGTERM"), 700);
      };
      const stubborn = "trap '' INT; echo ready; sleep 600; :";
      await session.processes.run("sh", ["-c", stubborn], { output });
    });
    clearTimeout(second);
    expect(result).to.include({ exitCode: 143 });
  });

  for (const [what, again, after] of [
    ["a reader that has gone away", "SIGPIPE", 700],
    ["the same signal from a program that passes it on", "SIGINT", 0],
  ] as const) {
    it(`a signal, then ${what}: a program that puts things in order is let do so`, async () => {
      let ended = "";
      const { result } = await end(async (session) => {
        const orderly =
          "trap 'sleep 1; echo in order; exit' INT; echo ready; while :; do sleep 0.1; done";
        const output = (text: string) => {
          if (!text.startsWith("ready")) return;
          signal("SIGINT");
          setTimeout(() => signal(again), after);
        };
        ended = (await session.processes.run("bash", ["-c", orderly], { output })).stdout;
      });
      expect(result).to.include({ exitCode: 130 });
      expect(ended).to.equal("ready\nin order\n");
    });
  }
});

describe("what killed runs have left", () => {
  it("goes with the next one; what lives, and what is something else, stays", () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox-left-"));
    const names = [
      "run.4194399",
      "run.4194399.more",
      `run.${process.pid}`,
      "run.x",
      "other.4194399",
    ];
    for (const name of names) mkdirSync(join(directory, name));
    removeLeft(directory, "run");
    expect(readdirSync(directory).sort()).to.deep.equal(names.slice(2).sort());
    rmSync(directory, { recursive: true });
  });
});
