import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { RefusedError } from "../../cli/errors.ts";
import { Processes } from "../../cli/processes.ts";
import { reportOf } from "../../cli/report.ts";
import { type Invocation, withSession } from "../../cli/session.ts";
import type { Step } from "../../cli/steps.ts";
import { workDirectory } from "../../cli/toolchain/kit.ts";
import { provideBeside } from "../../cli/toolchain/parts.ts";

describe("parts side by side", () => {
  let directory: string;
  let signal: (name: NodeJS.Signals) => void;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-beside-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  type Provide = (step: Step, processes: Processes) => Promise<unknown>;

  /** Provides parts, "name: what it waits for" each; returns what is said, with the exit code. */
  async function run(parts: Record<string, Provide>, here: string[] = []) {
    let output = "";
    const stream = { write: (text: string) => (output += text), isTTY: false };
    const invocation = {
      ...{ root: directory, command: "setup", program: "scripts/setup.sh" },
      ...{ environment: { PATH: process.env.PATH, HOME: directory }, stdout: stream },
      stderr: stream,
      onSignal: (handler: typeof signal) => {
        signal = handler;
        return () => {};
      },
    } as unknown as Invocation;
    try {
      const made = await withSession(invocation, {}, (session) => {
        const processes = new Processes(session.environment, 1);
        return provideBeside(
          session,
          { cache: join(directory, "cache"), processes },
          Object.entries(parts).map(([entry, provide]) => {
            const [name = "", after = ""] = entry.split(":");
            return {
              ...{ name, after: after.split(" ").filter(Boolean) },
              isHere: () => here.includes(name),
              provide: () =>
                session.steps.beside(name, async (step) => void (await provide(step, processes))),
            };
          }),
        );
      });
      return { code: 0, output, made };
    } catch (error) {
      const { text, exitCode } = reportOf(error, "setup.sh");
      return { code: exitCode, output: output + text, made: false };
    }
  }

  const lines = (output: string) => output.trim().split("\n");
  const sh =
    (code: string): Provide =>
    (step, processes) =>
      processes.run("sh", ["-c", code], { output: step.output, cwd: directory });

  it("run at the same time unless one waits for the other", async () => {
    let tell = (_: string) => {};
    const told = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const { code, output, made } = await run({
      "first:": async (step) => {
        step.note = await told;
      },
      "second:": async () => tell("over"),
      "third: first second": async (step) => {
        step.note = "last";
      },
    });
    assert.equal(code, 0, output);
    assert.isTrue(made);
    assert.match(output, /✓ first +over +\d+\.\d s$/m);
    assert.match(lines(output).at(-1) ?? "", /✓ third +last/);
  });

  it("start only what is not here, and nothing at all then", async () => {
    const never = () => Promise.reject(new Error("it was here"));
    const result = await run({ "first:": never, "second: first": never }, ["first", "second"]);
    assert.deepEqual(result, { code: 0, output: "", made: false });
    assert.isFalse(existsSync(join(directory, "cache")));
  });

  it("name the one that failed with the reason, and end the others with all they have started", async () => {
    const { code, output } = await run({
      "good:": sh("echo $$ >pid; sleep 300; echo late >late"),
      "bad:": sh("until [ -s pid ]; do sleep 0.05; done; echo 'error: no such thing' >&2; exit 7"),
      "never: bad": () => Promise.reject(new Error("it has begun")),
    });
    assert.equal(code, 1, output);
    assert.match(output, /✗ bad/);
    assert.include(output, "    error: no such thing");
    assert.match(lines(output).at(-1) ?? "", /step "bad" failed; the whole output: /);
    assert.notMatch(output, /good|never/);
    assert.isFalse(runs(Number(readFileSync(join(directory, "pid"), "utf8"))));
  });

  it("say last why one can't be done from here", async () => {
    const { code, output } = await run({
      "bad:": () => Promise.reject(new RefusedError("install it yourself")),
    });
    assert.equal(code, 2, output);
    assert.deepEqual(
      lines(output).map((line) => line.trim().replace(/ +[\d.]+ s$/, "")),
      ["✗ bad", "setup.sh: install it yourself"],
    );
  });

  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`leave nothing when ${name} interrupts them`, async () => {
      const cache = join(directory, "cache");
      const end = run({
        "first:": (step, processes) => {
          workDirectory({ cache } as Parameters<typeof workDirectory>[0], "made");
          return sh("echo $$ >one; sleep 300")(step, processes);
        },
        "second:": sh("trap '' INT; echo $$ >two; sleep 300; sleep 300"),
      });
      const files = ["one", "two"].map((file) => join(directory, file));
      const isWritten = (file: string) =>
        existsSync(file) && readFileSync(file, "utf8").endsWith("\n");
      while (!files.every(isWritten)) await pause(20);
      signal(name);
      const { code, output } = await end;
      assert.equal(code, name === "SIGINT" ? 130 : 143, output);
      assert.equal(
        lines(output).at(-1),
        'setup.sh: interrupted in step "first second"; run it again to go on',
      );
      for (const file of files) assert.isFalse(runs(Number(readFileSync(file, "utf8"))), file);
      assert.deepEqual(readdirSync(join(cache, "tmp")), []);
    });
  }
});

/** Whether the process is there and not just waiting to be taken note of. */
function runs(pid: number): boolean {
  return /^[^Z]/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)]).stdout.toString());
}
