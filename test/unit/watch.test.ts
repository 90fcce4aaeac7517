import { dirname } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { suites } from "../run/suites.ts";
import { checksFor } from "../watch/checks.ts";

describe("what belongs to a change", () => {
  const names = (...files: string[]) => checksFor(root, files).map(({ name }) => name);

  for (const [file, ...checks] of [
    ["server/page.ts", "format", "types", "tests of server"],
    ["emulator/errors.ts", "format", "types", "tests of emulator"],
    ["stacks/traefik.ts", "format", "types", "tests of unit"],
    ["host/release/watch.sh", "format", "shell", "tests of unit"],
    ["toolchain/traefik/lean.patch", "format", "tests of toolchain"],
    ["test/unit/ssh.test.ts", "format", "types", "test/unit/ssh.test.ts"],
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
    // They are told of changes of their room, whose fast tests are run then.
    const beside = ["fuzz", "emulator-kill", "dev"];
    for (const { name, tier, command, tests } of suites) {
      if (command.kind !== "mocha" || ["unit", "toolchain", "run"].includes(name)) continue;
      const place = dirname(tests[0] ?? "").replace(/\/test\/[{*].*/, "/test/api");
      const checks = names(`${place}/shared.ts`).filter((check) => check.startsWith("tests of"));
      expect(checks, name).to.have.length(tier === "fast" || beside.includes(name) ? 1 : 0);
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
