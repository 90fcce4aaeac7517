import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../../config/load.ts";

// What exits it prevents cannot be had on demand: it takes a busy computer, and thousands of starts.
describe("a program of ours that calls process.exit", () => {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const calls = globSync("cli/**/*.ts", { cwd: root }).filter((file) =>
    /^\s*process\.exit\(/m.test(read(file)),
  );

  it("imports first, in cli/, what lets it always end", () => {
    expect(calls).to.include("cli/main.ts");
    for (const file of calls) {
      expect(/^import .*$/m.exec(read(file))?.[0], file).to.match(/"\.\.?\/exits\.ts";$/);
    }
  });

  it("asks for it itself, outside of cli/", () => {
    for (const file of ["emulator/main.ts", "server/command.ts"]) {
      expect(read(file)).to.include('setFlagsFromString("--no-maglev-build-code-on-background")');
    }
  });
});
