import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Passed } from "../../run/passed.ts";

describe("what has passed before", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-passed-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const settings = { ONEBOX_KILL_POINTS: "all", ONEBOX_SEED: "1" };
  const open = (of = "01ab") => new Passed(join(directory, "tests/passed"), of);

  it("is known to a later run of the same", () => {
    const first = open();
    first.note("kill", { settings, seconds: 3, passed: 86 });
    first.note("constructor", undefined);
    expect(open().get("kill", settings)).to.deep.equal({ settings, seconds: 3, passed: 86 });
    expect(open().get("constructor", settings)).to.equal(undefined);
    first.conclude(10);
    open().conclude(5);
    expect(open().before).to.include({ seconds: 15, runs: 2 });
  });

  it("is what each of two runs at once has noted", () => {
    const [one, other] = [open(), open()];
    one.note("kill", { settings, seconds: 3, passed: 86 });
    other.note("vms", { settings, seconds: 4, passed: 26 });
    one.note("faults", { settings, seconds: 5, passed: 59 });
    one.conclude(10);
    other.conclude(12);
    const later = open();
    expect(
      ["kill", "vms", "faults"].filter((name) => later.get(name, settings) === undefined),
    ).to.deep.equal([]);
    expect(later.before).to.deep.equal({ seconds: 22, runs: 2 });
  });

  it("is not what has failed since", () => {
    open().note("kill", { settings, seconds: 3, passed: 86 });
    open().note("kill", undefined);
    expect(open().get("kill", settings)).to.equal(undefined);
  });

  it("is nothing with other files, another seed or another sample, or where the file says nothing", () => {
    open().note("kill", { settings, seconds: 3, passed: 86 });
    expect(open("02cd").get("kill", settings)).to.equal(undefined);
    for (const other of [{ ONEBOX_SEED: "2" }, { ONEBOX_KILL_POINTS: "1" }]) {
      expect(open().get("kill", { ...settings, ...other })).to.equal(undefined);
    }
    writeFileSync(join(directory, "tests/passed/01ab.json"), '{"seconds": 1');
    expect(open().get("kill", settings)).to.equal(undefined);
    expect(open().before.runs).to.equal(0);
  });

  it("is kept beside what other files have passed", () => {
    open().note("kill", { settings, seconds: 3, passed: 86 });
    open("02cd").note("unit", { settings, seconds: 3, passed: 1800 });
    expect(open().get("kill", settings)?.passed).to.equal(86);
  });
});
