import { expect } from "chai";
import {
  newestIn,
  readHistory,
  readHolder,
  readMaintenance,
  readPreviews,
  readSlots,
  readSurvey,
  servingIn,
} from "../../../cli/vm/answers.ts";

const slot = {
  ...{ onebox: 1, kind: "slot", environment: "stage", role: "serving", slot: "blue" },
  ...{ release: "000000000000-1111", image: "x@sha256:0", commit: "abc", state: "running" },
  ...{ health: "healthy", since: "2026-01-01T00:00:00.123456789Z", id: "c0ffee", weight: "" },
};
const lines = (...values: object[]) => values.map((value) => JSON.stringify(value)).join("\n");

describe("the VM's answers", () => {
  it("are lines with named fields; lines of another kind are none of it", () => {
    const canary = { ...slot, role: "canary", weight: "10", release: "2" };
    const slots = readSlots(lines({ onebox: 1, kind: "news" }, slot, canary));
    expect(slots.map(({ role, weight }) => [role, weight])).to.deep.equal([
      ["serving", 0],
      ["canary", 10],
    ]);
    expect(servingIn(slots, "stage")?.release).to.equal("000000000000-1111");
    expect(newestIn(slots, "stage")?.release).to.equal("2");
    expect(newestIn(slots, "prod")).to.equal(undefined);
  });

  it("may hold fields that nobody here knows", () => {
    expect(readSlots(lines({ ...slot, colour: "red" }))).to.have.length(1);
  });

  it("of a VM from before this format are columns, and mean the same", () => {
    const columns =
      "stage\tserving\tblue\tr\tx@sha256:0\tabc\trunning\tnone\t2026-01-01T00:00:00Z\tid\t";
    expect(readSlots(`${columns}\n`)[0]).to.include({ release: "r", health: "none", weight: 0 });
    const history = "2026-01-01T00:00:00Z\trelease\tr\ti\tc\tme\tserved\t7\tyes\n";
    expect(readHistory(history)[0]).to.include({ seconds: 7, kept: true, by: "me" });
    expect(readMaintenance("off\n")).to.equal(undefined);
    const settings = '{"message":"Soon","retryAfter":60,"allow":["192.0.2.0/24"]}';
    expect(readMaintenance(`on\t2026-01-01T00:00:00Z\t${settings}\n`)).to.deep.equal({
      ...{ since: "2026-01-01T00:00:00Z", message: "Soon", retryAfter: 60 },
      allow: ["192.0.2.0/24"],
    });
  });

  it("tell of previews, whose branch is percent-encoded", () => {
    const preview = {
      ...{ onebox: 1, kind: "preview", slug: "fix-1", branch: "fix%2F%C3%BC", url: "http://x" },
      ...{ commit: "abc", state: "coming", created: "", expires: "1767225600", by: "me" },
    };
    const [found] = readPreviews(lines(preview));
    expect(found).to.include({ branch: "fix/ü", created: "", expires: "2026-01-01T00:00:00Z" });
    expect(readPreviews(lines({ ...preview, branch: "%" }))[0]?.branch).to.equal("%");
  });

  it("tell in one what a deploy has to know first", () => {
    const survey = { onebox: 1, kind: "survey", free: 900, result: "served" };
    const holder = {
      kind: "holder",
      by: "me",
      action: "release",
      release: "r",
      since: "",
      step: "",
    };
    expect(readSurvey(lines(survey, slot))).to.deep.include({ free: 900, held: false });
    expect(readSurvey(lines(survey, slot))?.slots).to.have.length(1);
    expect(readSurvey(lines(survey, { onebox: 1, ...holder }))).to.include({ held: true });
    const disk = { onebox: 1, kind: "disk", name: "data", size: 10_000, free: 12 };
    expect(readSurvey(lines(survey, disk))?.disks).to.deep.equal([
      { name: "data", size: 10_000, free: 12 },
    ]);
    expect(readSurvey(lines(survey))?.disks).to.deep.equal([]);
    expect(readSurvey(lines(slot))).to.equal(undefined);
    expect(() => readSurvey(lines({ ...survey, free: "-1" }))).to.throw("cannot be read: free");
  });

  it("tell who is at work", () => {
    const holder = { onebox: 1, kind: "holder", by: "me", action: "release" };
    const rest = { release: "r", since: "2026-01-01T00:00:00Z", step: "switch" };
    expect(readHolder(lines({ ...holder, ...rest }))).to.deep.equal({
      ...{ by: "me", action: "release" },
      ...rest,
    });
    expect(readHolder("")).to.equal(undefined);
  });

  const hostile: Record<string, string> = {
    "half a line": lines(slot).slice(0, 40),
    "a later version": lines({ ...slot, onebox: 2 }),
    "no version": '{"kind":"slot"}',
    "another role": lines({ ...slot, role: "\u001b[2J" }),
    "a field of another type": lines({ ...slot, release: { $: 1 } }),
    "a weight that is none": lines({ ...slot, weight: "$(reboot)" }),
    "a time that is none": lines({ ...slot, since: "yesterday" }),
    "10 MB": lines({ ...slot, image: "x".repeat(10_000_000) }),
  };
  for (const [what, answer] of Object.entries(hostile)) {
    it(`are refused with ${what}, in a line that names the fix`, () => {
      expect(() => readSlots(answer))
        .to.throw(/^the VM's answer about slot cannot be read: [^\n]+$/)
        .with.property("next")
        .that.matches(/deploy\.sh/);
    });
  }
});
