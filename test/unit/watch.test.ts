import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { suites } from "../run/suites.ts";
import { Clone } from "../support/clone.ts";
import { checksFor } from "../watch/checks.ts";

describe("what belongs to a change", () => {
  const names = (...files: string[]) => checksFor(root, files).map(({ name }) => name);

  for (const [file, ...checks] of [
    ["server/page.ts", "format", "types", "tests of server"],
    ["emulator/errors.ts", "format", "types", "tests of emulator"],
    ["stacks/routes.ts", "format", "types", "tests of unit"],
    ["host/lib/watch.sh", "format", "shell", "tests of unit"],
    ["toolchain/npm.sh", "format", "shell", "tests of toolchain"],
    ["test/unit/route.test.ts", "format", "types", "test/unit/route.test.ts"],
    ["test/edge/edge.ts", "format", "types"],
    ["webhook/app.ts", "format", "types", "tests of webhook"],
    ["emulator/test/clients/shared.ts", "format", "types"],
    ["docs/releases.md", "format"],
  ] as const) {
    it(`${file}: ${checks.join(", then ")}`, () => {
      expect(names(file)).to.deep.equal(checks);
    });
  }

  it("is what scripts/test.sh --fast runs too: nothing that needs machines", () => {
    for (const { name, tier, command, tests } of suites) {
      if (command.kind !== "mocha" || ["unit", "toolchain", "run"].includes(name)) continue;
      const place = dirname(tests[0] ?? "").replace(/\/test\/[{*].*/, "/test/api");
      const checks = names(`${place}/shared.ts`).filter((check) => check.startsWith("tests of"));
      const own = place.startsWith("emulator/test/") && ["fuzz", "emulator-kill"].includes(name);
      expect(checks, name).to.have.length(tier === "fast" || own ? 1 : 0);
    }
  });

  it("is each room once, and a test alone only while nothing else of its room has changed", () => {
    expect(names("server/page.ts", "server/test/page.test.ts", "main.ts")).to.deep.equal([
      "format",
      "types",
      "tests of server",
      "tests of unit",
    ]);
  });
});

describe("test.sh --watch", () => {
  let clone: Clone;
  let child: ChildProcess;
  let output = "";
  before(async () => {
    clone = new Clone();
    clone.lendPackages();
    appendFileSync(join(clone.directory, ".git/info/exclude"), "node_modules\nignored.ts\n");
    child = spawn(process.execPath, ["test/watch/main.ts"], { cwd: clone.directory });
    child.stdout?.on("data", (data) => (output += data));
    child.stderr?.on("data", (data) => (output += data));
    await until("watching; change a file");
  });
  after(() => {
    child.kill("SIGKILL");
    clone.remove();
  });

  async function until(text: string): Promise<void> {
    for (const end = Date.now() + 90_000; !output.includes(text); await sleep(50)) {
      if (Date.now() > end) throw new Error(`"${text}" was never said:\n${output}`);
    }
  }
  const test = (expression: string) =>
    `import { expect } from "chai";\n\nit("adds up", () => {\n  expect(${expression}).to.equal(4);\n});\n`;

  it("runs a test that is written, and shows how it fails", async () => {
    clone.write("test/unit/sum.test.ts", test("2 + 3"));
    await until("✗ test/unit/sum.test.ts");
    expect(output).to.include("expected 5 to equal 4");
  });

  it("runs it again when it is mended", async () => {
    clone.write("test/unit/sum.test.ts", test("2 + 2"));
    await until("✓ test/unit/sum.test.ts: 1 passed");
  });

  it("stops at what is not well formed, and passes over what git ignores", async () => {
    clone.write("ignored.ts", "let  x");
    clone.write("main.ts", `${readFileSync(join(root, "main.ts"))}let  x = 'y'`);
    await until("✗ format");
    expect(output).not.to.include("ignored.ts");
  });

  it("ends at Ctrl-C", async () => {
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).to.equal(0);
  });
});
