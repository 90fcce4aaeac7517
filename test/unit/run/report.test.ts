import { expect } from "chai";
import {
  duration,
  lastLine,
  type Outcome,
  renderList,
  renderMarkdown,
  renderReport,
} from "../../run/report.ts";
import type { Suite } from "../../run/suites/suite.ts";
import { suites } from "../../run/suites.ts";

const suite = (name: string) => suites.find((each) => each.name === name) as Suite;
const outcome = (name: string, more: Partial<Outcome> = {}): Outcome => ({
  suite: suite(name),
  seconds: 65,
  cost: { seconds: 76.4, partly: true },
  passed: 3,
  failed: 0,
  failures: [],
  timed: [],
  settings: { ONEBOX_SEED: "7" },
  ...more,
});

describe("the report of a run", () => {
  const slow = Array.from({ length: 12 }, (_, index) => ({
    name: `test ${index}`,
    seconds: index,
  }));
  const message = Array.from({ length: 30 }, (_, index) => `line ${index}`).join("\n");
  const outcomes = [
    outcome("unit", { timed: slow }),
    outcome("kill", {
      seconds: 300,
      cost: { seconds: 184, partly: false },
      failed: 1,
      failures: [{ name: "survives", message }],
      settings: { ONEBOX_KILL_POINTS: "6", ONEBOX_SEED: "7" },
    }),
  ];
  const text = renderReport(outcomes, 7, 365, { seconds: 400, partly: false });

  it("has the time of each suite, the longest first", () => {
    expect(text).to.match(
      / 5 min 0 s {2}kill: 3 passed, 1 FAILED; .*\n +1 min 5 s {2}unit: 3 passed; .*\n/,
    );
    expect(text).to.include("6 min 5 s  together");
  });

  it("has what each cost, as far as that is known", () => {
    expect(text).to.match(/kill: .*; 184 s of a processor\n/);
    expect(text).to.match(/unit: .*; 76 s of a processor but for containers\n/);
    expect(text).to.match(/together; 400 s of a processor\n/);
  });

  it("has what passed in earlier runs, and the time of all", () => {
    const went = [outcome("unit", { earlier: true }), outcome("kill")];
    const cost = { seconds: 65, partly: false };
    const told = renderReport(went, 7, 65, cost);
    expect(told).to.match(/ unit: 3 passed; in an earlier run\n/);
    expect(told).to.match(/ 1 min 5 s {2}in earlier runs, if one after the other\n/);
    expect(text).to.not.include("earlier");
    expect(lastLine(went)).to.equal("6 passed, 0 failed");
  });

  it("has the ten slowest tests", () => {
    expect(text).to.match(/11 s {2}unit: test 11\n +10 s {2}unit: test 10\n/);
    expect(text).to.include("unit: test 2").and.not.include("unit: test 1\n");
  });

  it("has what was sampled with which seed", () => {
    expect(text).to.include("chosen by seed 7");
    expect(text).to.include(
      "kill: points at which part of a release is killed (ONEBOX_KILL_POINTS=6)",
    );
  });

  it("has which files were left out", () => {
    const edge = (count: string) =>
      outcome("edge", { settings: { ONEBOX_EDGE: count, ONEBOX_SEED: "7" } });
    const told = (count: string) =>
      renderReport([edge(count)], 7, 65, { seconds: 65, partly: false });
    expect(told("10")).to.match(/\(ONEBOX_EDGE=10\); without [a-z]+$/m);
    expect(told("all")).to.match(/\(ONEBOX_EDGE=all\)$/m);
  });

  it("has what failed once more, and why, in a few lines", () => {
    expect(text).to.include("  kill: survives\n      line 0\n");
    expect(text).to.include("      line 11\n      …").and.not.include("line 12");
  });

  it("ends with the sums", () => {
    expect(lastLine(outcomes)).to.equal("6 passed, 1 failed");
    expect(lastLine([])).to.equal("0 passed, 0 failed");
  });

  it("is a table for the summary of a workflow's run", () => {
    const markdown = renderMarkdown(outcomes, 7, 365);
    expect(markdown).to.match(/^## 6 passed, 1 failed\n\nIn 6 min 5 s, with seed 7\.\n/);
    expect(markdown).to.include("| kill | 3 | 1 | 5 min 0 s |\n| unit | 3 |  | 1 min 5 s |");
    expect(markdown).to.include("      kill: survives\n");
  });

  it("lists the suites by tier, with their last times", () => {
    const times = { unit: { seconds: 42, when: "2026-11-01T00:00:00Z", passed: true } };
    const list = renderList(suites, times);
    expect(list)
      .to.match(/^--fast\n/)
      .and.match(/\n {2}unit +42 s\n/);
    expect(list).to.match(/\ndefault\n(.*\n)*? {2}kill +- {2}alone; sampled: points/);
  });

  it("says times as people do", () => {
    expect([0.04, 9.96, 59.4, 60, 119.6, 3600].map(duration)).to.deep.equal([
      ...["0.0 s", "10.0 s", "59 s", "1 min 0 s", "2 min 0 s", "1 h 0 min"],
    ]);
  });
});
