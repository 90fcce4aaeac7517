import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { connectionsTo } from "../stage/connections.ts";
import type { Facts } from "../stage/look.ts";
import type { Notes } from "../stage/notes.ts";
import { disown, own } from "../stage/owner.ts";
import { problemsOf } from "../stage/problems.ts";

describe("the stage that suites share", () => {
  const rest = ["container onebox-stage-green running", "environment stage", "links 0"];
  const notes: Notes = {
    branch: "main",
    commit: "c0ffee",
    images: ["registry/app@sha256:1", "registry/app@sha256:2"],
    deploySteps: ["secrets", "release"],
    rest: ["container onebox-stage-blue running", ...rest],
  };
  const facts: Facts = {
    rest,
    way: "route.green",
    serving: { release: "two", image: "registry/app@sha256:2", slot: "green" },
    answer: { status: 200, release: "two" },
    history: [
      { started: "2026-01-01T00:00:01Z", release: "one", result: "served" },
      { started: "2026-01-01T00:00:02Z", release: "two", result: "served" },
    ],
    branch: "main",
    commit: "c0ffee",
    working: [],
  };

  it("is as it was whichever slot serves, with another release standing by or not", () => {
    expect(problemsOf(facts, notes)).to.deep.equal([]);
    const both = { ...facts, rest: [...rest, "file routes/stage.blue.yml"] };
    expect(problemsOf(both, notes)).to.deep.equal([]);
  });

  const changes: [string, Partial<Facts>, RegExp][] = [
    ["a canary", { way: "canary.blue" }, /router does canary.blue/],
    [
      "an image that is no good one",
      { serving: { ...facts.serving, image: "bad" } },
      /serves bad, no good image/,
    ],
    ["a maintenance page", { answer: { status: 503, release: "" } }, /visitors get 503/],
    [
      "a failed release",
      { history: [{ started: "2026", release: "three", result: "failed" }] },
      /history ends with three \(failed\)/,
    ],
    ["a disordered history", { history: facts.history.toReversed() }, /history is out of order/],
    ["another commit", { commit: "bad" }, /clone is at bad/],
    ["another branch", { branch: "feature" }, /clone is on feature/],
    ["a load", { working: ["3 connections of visitors"] }, /3 connections/],
    ["a preview", { rest: [...rest, "environment preview-x"] }, /more: environment preview-x/],
    ["a missing app", { rest: rest.slice(1) }, /the app in slot green does not run/],
    ["links", { rest: [...rest.slice(0, 2), "links 9"] }, /more: links 9/],
  ];
  for (const [what, change, problem] of changes) {
    it(`is not as it was with ${what}`, () => {
      expect(problemsOf({ ...facts, ...change }, notes).join("\n")).to.match(problem);
    });
  }

  it("finds connections of visitors, and no others, in the kernel's table", () => {
    const line = (remote: string, state: string) => `  0: 0100007F:D431 ${remote} ${state} 0:0 0:0`;
    const table = [
      "  sl  local_address rem_address   st",
      line("024D4D7F:0050", "01"),
      line("024D4D7F:01BB", "01"),
      line("024D4D7F:0050", "06"), // it has ended
      line("024D4D7F:0016", "01"), // SSH
      line("034D4D7F:0050", "01"), // another cloud
    ].join("\n");
    expect(connectionsTo("127.77.77.2", table)).to.equal(2);
  });

  it("has one user at a time, and knows of one that was killed", () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox-owner-"));
    try {
      mkdirSync(join(directory, ".onebox"));
      const file = join(directory, ".onebox/test-stage.pid");
      expect(own(directory)).to.deep.equal({ killed: false });
      expect(() => own(directory)).to.throw(`in use by process ${process.pid}`);
      disown(directory);
      writeFileSync(file, "4194305"); // more than Linux gives out
      expect(own(directory)).to.deep.equal({ killed: true });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
