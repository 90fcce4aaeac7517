import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Passed, type Same } from "../../run/passed.ts";

describe("what has passed before", () => {
  let directory: string;
  let passed: Passed;
  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), "onebox-passed-")), "tests/passed");
    passed = new Passed(directory);
  });
  afterEach(() => rmSync(join(directory, "../.."), { recursive: true }));
  const settings = { ONEBOX_KILL_POINTS: "all", ONEBOX_SEED: "1" };
  const kill: Same = { suite: "kill", settings, files: "01ab" };
  const others: [string, Same][] = [
    ["suite", { ...kill, suite: "vms" }],
    ["files", { ...kill, files: "02cd" }],
    ["seed", { ...kill, settings: { ...settings, ONEBOX_SEED: "2" } }],
    ["sample", { ...kill, settings: { ...settings, ONEBOX_KILL_POINTS: "1" } }],
    ["settings", { ...kill, settings: { ONEBOX_SEED: "1" } }],
  ];

  it("is known to a later run of the same", () => {
    passed.note(kill, { seconds: 3, passed: 86 });
    const { ONEBOX_KILL_POINTS, ONEBOX_SEED } = settings;
    const reordered = { ...kill, settings: { ONEBOX_SEED, ONEBOX_KILL_POINTS } };
    for (const same of [kill, reordered]) {
      expect(new Passed(directory).get(same)).to.deep.equal({ seconds: 3, passed: 86 });
    }
  });

  it("is not what has failed since", () => {
    passed.note(kill, { seconds: 3, passed: 86 });
    passed.note(kill, undefined);
    passed.note(kill, undefined);
    expect(passed.get(kill)).to.equal(undefined);
  });

  for (const [what, other] of others) {
    it(`is nothing with another ${what}, and each is kept beside the other`, () => {
      passed.note(kill, { seconds: 3, passed: 86 });
      expect(passed.get(other)).to.equal(undefined);
      passed.note(other, undefined);
      passed.note(other, { seconds: 4, passed: 26 });
      expect(passed.get(kill)?.passed).to.equal(86);
      expect(passed.get(other)?.passed).to.equal(26);
    });
  }

  it("is nothing where the file says nothing, and is not kept for ever", () => {
    passed.note(kill, { seconds: 3, passed: 86 });
    const [file = ""] = readdirSync(directory);
    writeFileSync(join(directory, file), '{"seconds": 1');
    expect(passed.get(kill)).to.equal(undefined);
    utimesSync(join(directory, file), 1, 1);
    passed.note({ ...kill, suite: "vms" }, { seconds: 3, passed: 26 });
    expect(readdirSync(directory)).to.not.include(file);
  });
});
