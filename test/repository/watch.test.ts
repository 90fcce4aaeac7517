import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { Clone } from "../support/clone.ts";

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
