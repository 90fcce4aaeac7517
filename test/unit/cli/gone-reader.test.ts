import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../../config/load.ts";

describe("a reader of a command's output that goes away", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-gone-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  for (const stream of ["stdout", "stderr"] as const) {
    it(`of ${stream}, leaves nothing decrypted, and ends no program at once`, async () => {
      const note = join(directory, "note");
      const program = join(directory, "program.sh");
      const orderly =
        'trap "sleep 0.3; echo in order >>$0.end; exit" INT\nwhile :; do sleep 0.05; done\n';
      writeFileSync(program, orderly);
      const text = `
        import { writeFileSync } from "node:fs";
        import { withSession } from "${root}/cli/session.ts";
        import { onSignal } from "${root}/cli/signals.ts";
        const invocation = {
          root: ${JSON.stringify(directory)}, command: "try", program: "try", environment: process.env,
          stdout: process.stdout, stderr: process.stderr, onSignal,
        };
        await withSession(invocation, {}, async (session) => {
          writeFileSync(${JSON.stringify(note)}, session.secrets);
          const timer = setInterval(() => process.${stream}.write("more\\n"), 50);
          await session.processes.run("bash", [${JSON.stringify(program)}], { codes: "any" });
          clearInterval(timer);
        }).catch((error) => { process.exitCode = error.exitCode; });
        process.exit();`;
      const file = join(directory, "try.ts");
      writeFileSync(file, text);
      const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
      child[stream].once("data", () => child[stream].destroy());
      for (const each of [child.stdout, child.stderr]) each.resume();
      const code = await new Promise((resolve) => child.on("exit", resolve));
      expect(existsSync(readFileSync(note, "utf8"))).to.equal(false);
      expect(code).to.equal(141);
      expect(readFileSync(`${program}.end`, "utf8")).to.equal("in order\n");
    });
  }
});
