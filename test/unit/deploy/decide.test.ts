import { expect } from "chai";
import { allow, isSound, servesAlone } from "../../../cli/deploy/decide.ts";
import { ProblemsError } from "../../../cli/errors.ts";
import type { StackPlan } from "../../../cli/plan/changes.ts";
import type { Slot, Survey } from "../../../cli/vm/answers.ts";

const slot = (role: Slot["role"], release: string, environment = "stage") =>
  ({ environment, role, release }) as Slot;
const survey = (slots: Slot[], more: Partial<Survey> = {}): Survey => ({
  ...{ free: 9000, result: "served", slots, disks: [], from: "", held: false, backups: [] },
  ...more,
});

describe("a deploy tells the VM directly", () => {
  it("when it is as it is defined, answers, and its last release went well", () => {
    expect(isSound(survey([]), "abc", "abc")).to.equal(true);
  });
  it("not when it does not answer", () => {
    expect(isSound(undefined, "abc", "abc")).to.equal(false);
  });
  it("not when its definition changed, or nothing was ever applied", () => {
    expect(isSound(survey([]), "abc", "abd")).to.equal(false);
    expect(isSound(survey([]), "", undefined)).to.equal(false);
    expect(isSound(survey([]), "", "")).to.equal(false);
  });
  for (const result of ["failed", "killed", ""]) {
    it(`not when its last release ended with "${result}"`, () => {
      expect(isSound(survey([], { result }), "abc", "abc")).to.equal(false);
    });
  }
});

describe("a release serves already", () => {
  const serving = slot("serving", "a");
  it("when it serves alone; standbys and other environments do not count", () => {
    const others = [slot("standby", "b"), slot("serving", "c", "prod"), slot("idle", "d")];
    expect(servesAlone(survey([...others, serving]), "stage", "a")).to.equal(true);
  });
  it("not when another one serves, or it is only a canary or a standby", () => {
    expect(servesAlone(survey([serving]), "stage", "b")).to.equal(false);
    expect(servesAlone(survey([serving]), "prod", "a")).to.equal(false);
    for (const role of ["canary", "standby", "idle"] as const) {
      expect(servesAlone(survey([slot(role, "a")]), "stage", "a")).to.equal(false);
    }
  });
  it("not while a canary is tried beside it, or somebody is at work", () => {
    expect(servesAlone(survey([serving, slot("canary", "b")]), "stage", "a")).to.equal(false);
    expect(servesAlone(survey([serving], { held: true }), "stage", "a")).to.equal(false);
  });
});

describe("a plan of the server", () => {
  const change = (
    type: string,
    deed: "replace" | "destroy" | "update",
    ...attributes: object[]
  ) => ({
    ...{ address: `${type}.x`, type, name: "x", deed, attributes },
  });
  const plan = (...changes: object[]) =>
    ({ stack: "server", changes, drift: [], priced: [] }) as unknown as StackPlan;

  const agreed = { mayReplace: [], mayRestart: false };
  const attribute = (path: string, before: string, after: string) => ({
    ...{ path, before, after, forcesReplacement: false },
  });

  it("may change and make what it likes", () => {
    allow(plan(change("hcloud_server", "update"), change("null_resource", "replace")), agreed);
  });
  it("may replace what was named, and destroys nothing else", () => {
    allow(plan(change("hcloud_server", "replace")), { ...agreed, mayReplace: ["server"] });
    const both = plan(change("hcloud_server", "replace"), change("hcloud_volume", "destroy"));
    expect(() => allow(both, { ...agreed, mayReplace: ["server"] }))
      .to.throw(ProblemsError, "The volume would be destroyed")
      .that.satisfies(({ problems }: ProblemsError) => {
        expect(problems).to.have.length(2);
        expect(problems[1]).to.match(/to go on, add: --may-replace volume$/);
        return true;
      });
  });
  it("switches the server off only when that was agreed to", () => {
    const larger = change("hcloud_server", "update", attribute("server_type", "cx23", "cx33"));
    allow(plan(larger), { ...agreed, mayRestart: true });
    expect(() => allow(plan(larger), { ...agreed, mayReplace: ["server"] })).to.throw(
      ProblemsError,
      /down meanwhile.*\n.*to go on, add: --may-restart$/,
    );
  });
  it("never makes a volume smaller", () => {
    const smaller = change("hcloud_volume", "update", attribute("size", "20", "10"));
    const all = { mayReplace: ["server" as const, "volume" as const], mayRestart: true };
    expect(() => allow(plan(smaller), all)).to.throw(
      ProblemsError,
      /put back server\.volumeSize: 20\.\nRefused\. See scripts\/plan\.sh server\.$/,
    );
    allow(plan(change("hcloud_volume", "update", attribute("size", "20", "30"))), agreed);
  });
});
