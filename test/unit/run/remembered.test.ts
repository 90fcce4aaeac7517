import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Remembered } from "../../run/remembered.ts";

describe("what a directory remembers", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-remembered-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("stays while it is asked for, and goes when it was not for long", () => {
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    for (const [name, age] of [
      ["used", 40],
      ["unused", 40],
      ["young", 20],
    ] as const) {
      writeFileSync(join(directory, name), "");
      utimesSync(join(directory, name), days(age), days(age));
    }
    const remembered = new Remembered(directory);
    expect(remembered.has("new")).to.equal(false);
    remembered.keep(["used", "new"]);
    expect(readdirSync(directory).sort()).to.deep.equal(["new", "used", "young"]);
    remembered.keep([]);
    expect(remembered.has("used")).to.equal(true);
  });
});
