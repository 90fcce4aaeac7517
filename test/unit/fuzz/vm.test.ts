import { expect } from "chai";
import fc from "fast-check";
import { CommandError } from "../../../cli/errors.ts";
import { ownerIn, stateOwnerIn } from "../../../cli/held.ts";
import { decisiveLines } from "../../../cli/reasons.ts";
import { checkRelease, releaseIn } from "../../../cli/release/release.ts";
import { reportOf } from "../../../cli/report.ts";
import {
  readDisks,
  readHistory,
  readHolder,
  readMaintenance,
  readPreviews,
  readSlots,
  readSurvey,
} from "../../../cli/vm/answers.ts";
import { troubledDisks } from "../../../cli/vm/disks.ts";
import { recordsOf, renderReleases } from "../../../cli/vm/releases.ts";
import { type Place, renderStatus, statusOf } from "../../../cli/vm/status.ts";
import { anyText, damaged } from "./arbitraries.ts";
import { isHarmless } from "./harmless.ts";

const slot = {
  ...{ onebox: 1, kind: "slot", environment: "stage", role: "serving", slot: "blue" },
  ...{ release: "000000000000-1111", image: `x@sha256:${"0".repeat(64)}`, commit: "unknown" },
  ...{ state: "running", health: "healthy", since: "2026-01-01T00:00:00Z", id: "c0ffee" },
  weight: "",
};
const history = {
  ...{ onebox: 1, kind: "history", started: "2026-01-01T00:00:00Z", action: "release" },
  ...{ release: "000000000000-1111", image: "x", commit: "c", by: "me", result: "served" },
  ...{ seconds: 7, kept: "yes" },
};
const preview = {
  ...{ onebox: 1, kind: "preview", slug: "fix-1", branch: "fix%2F1", url: "http://x" },
  ...{ commit: "abc", state: "awake", created: "", expires: "1767225600", by: "me" },
};
const settings = { message: "Soon", retryAfter: 60, allow: ["192.0.2.0/24"] };
const maintenance = {
  ...{ onebox: 1, kind: "maintenance", state: "on", since: "2026-01-01T00:00:00Z", settings },
};
const disk = { onebox: 1, kind: "disk", name: "data", size: 10_000, free: 100 };
const survey = { onebox: 1, kind: "survey", free: 900, result: "served" };
const holder = {
  ...{ onebox: 1, kind: "holder", by: "me", action: "release", release: "r", since: "" },
  step: "switch",
};

/** Reads, and shows what was read as the commands do. */
const readers = {
  slot: (text: string) => {
    const slots = readSlots(text);
    const disks = troubledDisks(readDisks(text));
    const place: Place = {
      ...{ address: "192.0.2.1", scheme: "http", hosts: { stage: "stage.test" }, disks },
    };
    const shown = renderStatus(statusOf(slots, place), new Date());
    for (const each of slots) checkRelease(releaseIn(each));
    return shown;
  },
  disk: (text: string) =>
    troubledDisks(readDisks(text))
      .map(({ line }) => line)
      .join("\n"),
  history: (text: string) => renderReleases(recordsOf(readHistory(text), undefined)),
  preview: (text: string) => String(readPreviews(text).length),
  maintenance: (text: string) => String(readMaintenance(text)?.retryAfter),
  survey: (text: string) => String(readSurvey(text)?.free),
  holder: (text: string) => String(readHolder(text) === undefined),
};

/** Either it is shown without what a terminal obeys, or it ends in one line that says why. */
function takes(read: (text: string) => string, text: string): void {
  try {
    expect(read(text)).to.satisfy(isHarmless);
  } catch (error) {
    expect(error).to.be.instanceOf(CommandError);
    const { text: said, exitCode } = reportOf(error, "status.sh");
    expect(said)
      .to.satisfy(isHarmless)
      .and.match(/^status\.sh: [^\n]+\n( {2}next: [^\n]+\n)?$/);
    expect(said.length).to.be.below(5000);
    expect(exitCode).to.be.oneOf([1, 2]);
  }
}

describe("whatever the VM answers", () => {
  const whole = { slot, disk, history, preview, maintenance, survey, holder };
  const kinds = Object.keys(readers) as (keyof typeof readers)[];

  for (const kind of kinds) {
    it(`about ${kind} is read, or refused in a line`, () => {
      const line = JSON.stringify(whole[kind]);
      const columns = anyText.map((text) => text.replaceAll(" ", "\t"));
      const cut = fc.nat(line.length).map((length) => line.slice(0, length));
      const answers = fc.oneof(anyText, columns, cut, damaged(whole[kind]).map(asLine));
      fc.assert(
        fc.property(answers, (text) => takes(readers[kind], text)),
        { numRuns: 300 },
      );
    });

    it(`about ${kind} is whole, or refused`, () => {
      const line = JSON.stringify(whole[kind]);
      fc.assert(
        fc.property(fc.integer({ min: 1, max: line.length - 1 }), (length) => {
          expect(() => readers[kind](line.slice(0, length))).to.throw(CommandError);
        }),
      );
    });
  }

  it("gives a reason, and the name of whoever is at work, that a terminal can show", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const line of decisiveLines(text)) expect(line).to.satisfy(isHarmless);
        ownerIn(`onebox: held: ${text}`);
        stateOwnerIn(`Who: ${text}\nCreated: ${text}`);
      }),
    );
  });
});

const asLine = (value: unknown): string => JSON.stringify(value) ?? "";
