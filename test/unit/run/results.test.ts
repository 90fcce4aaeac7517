import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { countLines, countProgram, type Line, readLines } from "../../run/results.ts";

describe("the results of a suite", () => {
  const good: Line[] = [
    { passed: true, test: "adds", ms: 1500 },
    { hook: "before all", ms: 2000 },
  ];
  const bad: Line = { passed: false, test: "divides", ms: 1, message: "by zero" };
  const end: Line = { end: true };

  it("are what its tests say", () => {
    const counts = countLines([...good, bad, end], 1);
    expect(counts).to.deep.equal({
      passed: 1,
      failed: 1,
      failures: [{ name: "divides", message: "by zero" }],
      timed: [
        { name: "adds", seconds: 1.5 },
        { name: "before all", seconds: 2 },
        { name: "divides", seconds: 0.001 },
      ],
    });
    expect(countLines([...good, end], 0)).to.include({ passed: 1, failed: 0 });
  });

  it("are a failure when it died, had no tests, or ended badly for another reason", () => {
    const why = (lines: Line[], ending: number | NodeJS.Signals) => {
      const { failed, failures } = countLines(lines, ending);
      expect(failed).to.equal(failures.length);
      return failures.map(({ message }) => message);
    };
    expect(why([], 1)).to.deep.equal(["it died: exit code 1"]);
    expect(why(good, "SIGKILL")).to.deep.equal(["it died: SIGKILL"]);
    expect(why([...good, bad], 0)).to.deep.equal(["by zero", "it died: exit code 0"]);
    expect(why([end], 0)).to.deep.equal(["it has no tests"]);
    expect(why([...good, end], 7)).to.deep.equal([
      "it ended with exit code 7, although no test failed",
    ]);
  });

  it("are one for a program that counts nothing", () => {
    expect(countProgram(0)).to.include({ passed: 1, failed: 0 });
    expect(countProgram(1)).to.include({ passed: 0, failed: 1 });
    expect(countProgram("SIGTERM").failures[0]?.message).to.match(/^SIGTERM/);
  });

  it("can be read while they are written", () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox-results-"));
    try {
      const file = join(directory, "results");
      expect(readLines(file)).to.deep.equal([]);
      writeFileSync(file, `${JSON.stringify(bad)}\n{"passed":tr`);
      expect(readLines(file)).to.deep.equal([bad]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
