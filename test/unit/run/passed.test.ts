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
  const open = (same = "files long 1") => new Passed(join(directory, "tests/passed.json"), same);

  it("is known to a later run of the same", () => {
    const first = open();
    first.note("kill", { seconds: 3, passed: 86 });
    first.note("constructor", undefined);
    expect(open().get("kill")).to.deep.equal({ seconds: 3, passed: 86 });
    expect(open().get("constructor")).to.equal(undefined);
    first.conclude(10);
    open().conclude(5);
    expect(open().before).to.include({ seconds: 15, runs: 2 });
  });

  it("is what each of two runs at once has noted", () => {
    const [one, other] = [open(), open()];
    one.note("kill", { seconds: 3, passed: 86 });
    other.note("vms", { seconds: 4, passed: 26 });
    one.note("faults", { seconds: 5, passed: 59 });
    one.conclude(10);
    other.conclude(12);
    const later = open();
    expect(["kill", "vms", "faults"].filter((name) => later.get(name) === undefined)).to.deep.equal(
      [],
    );
    expect(later.before).to.deep.equal({ seconds: 22, runs: 2 });
  });

  it("is not what has failed since", () => {
    open().note("kill", { seconds: 3, passed: 86 });
    open().note("kill", undefined);
    expect(open().get("kill")).to.equal(undefined);
  });

  it("is nothing for other files, another tier or another seed, or where the file says nothing", () => {
    open().note("kill", { seconds: 3, passed: 86 });
    for (const same of ["others long 1", "files default 1", "files long 2"]) {
      expect(open(same).get("kill"), same).to.equal(undefined);
    }
    writeFileSync(join(directory, "tests/passed.json"), '{"of": "files long 1"');
    expect(open().get("kill")).to.equal(undefined);
    expect(open().before.runs).to.equal(0);
  });
});
