import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { Machine, root } from "./machine.ts";

describe("parts side by side", () => {
  let machine: Machine;

  beforeEach(() => {
    machine = new Machine().has("mkfifo");
  });

  afterEach(() => machine.remove());

  /** A script with these parts, "name: what it waits for" each, provided by the functions in `code`. */
  function script(parts: string[], code: string): string {
    const missing = parts.map((part) => `${part.split(":")[0]}_is_here() { false; }`).join("; ");
    return `. scripts/lib/common.sh; ONEBOX_DIR=$HOME
      for p in sources lock side-by-side; do . toolchain/$p.sh; done
      clean_up() { end_running; rm -rf "$CACHE/tmp/setup.$$".*; }
      ${missing}
      ${code}
      side_by_side ${parts.map((part) => `'${part}'`).join(" ")}`;
  }

  const run = (parts: string[], code: string) => machine.run("bash", "-c", script(parts, code));
  const lines = (output: string) => output.trim().split("\n");

  it("run at the same time unless one waits for the other", () => {
    const { status, output } = run(
      ["first:", "second:", "third: first second"],
      `mkfifo "$HOME/pipe"
      provide_first() { echo over >"$HOME/pipe"; STEP_NOTE='a note'; }
      provide_second() { cat "$HOME/pipe" >"$HOME/got"; }
      provide_third() { STEP_NOTE=$(cat "$HOME/got"); }`,
    );
    assert.equal(status, 0, output);
    assert.match(output, /✓ first +a note +\d+\.\d s$/m);
    assert.match(lines(output).at(-1) ?? "", /✓ third +over/);
  });

  it("start only what is not here, and nothing at all then", () => {
    const { status, output } = run(
      ["first:", "second: first"],
      "first_is_here() { true; }; second_is_here() { true; }",
    );
    assert.equal(status, 0, output);
    assert.equal(output, "");
  });

  it("name the one that failed with the reason, and end the others with all they have started", () => {
    const { status, output } = run(
      ["good:", "bad:"],
      `provide_good() { sh -c 'echo $$ >"$HOME/pid"; sleep 300; echo late >"$HOME/late"'; }
      provide_bad() { until [ -s "$HOME/pid" ]; do sleep 0.05; done; echo 'error: no such thing' >&2; return 7; }`,
    );
    assert.equal(status, 1, output);
    assert.match(output, /✗ bad/);
    assert.include(output, "    error: no such thing");
    assert.match(lines(output).at(-1) ?? "", /step "bad" failed; the whole output: /);
    assert.notMatch(output, /good/);
    assert.isFalse(runs(Number(readFileSync(join(machine.directory, "pid"), "utf8"))));
  });

  it("say last why one can't be done from here", () => {
    const { status, output } = run(["bad:"], "provide_bad() { refuse 'install it yourself'; }");
    assert.equal(status, 2, output);
    assert.deepEqual(
      lines(output).map((line) => line.replace(/ +[\d.]+ s$/, "")),
      ["✗ bad", "bash: install it yourself"],
    );
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`leave nothing when ${signal} interrupts them`, async () => {
      const code = script(
        ["first:", "second:"],
        `provide_first() { work_dir made >/dev/null; sh -c 'echo $$ >"$HOME/one"; sleep 300'; }
        provide_second() { sh -c 'trap "" INT; echo $$ >"$HOME/two"; sleep 300; sleep 300'; }`,
      );
      const setup = spawn("bash", ["-c", code], {
        cwd: root,
        env: {
          PATH: machine.bin,
          HOME: machine.directory,
          XDG_CACHE_HOME: join(machine.directory, "cache"),
        },
      });
      let output = "";
      setup.stderr.on("data", (data) => {
        output += data;
      });
      const files = ["one", "two"].map((file) => join(machine.directory, file));
      while (
        !files.every((file) => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"))
      ) {
        await pause(20);
      }
      setup.kill(signal);
      const status = await new Promise((resolve) => setup.once("close", resolve));
      assert.equal(status, signal === "SIGINT" ? 130 : 143, output);
      assert.match(output, /^bash: interrupted in: first second; run it again to go on$/m);
      for (const file of files) assert.isFalse(runs(Number(readFileSync(file, "utf8"))), file);
      assert.deepEqual(readdirSync(join(machine.directory, "cache/onebox/tmp")), []);
    });
  }
});

/** Whether the process is there and not just waiting to be taken note of. */
function runs(pid: number): boolean {
  return /^[^Z]/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)]).stdout.toString());
}
