import { expect } from "chai";
import { leftOut, seedOf, settingsFor } from "../../run/sampling.ts";
import { drawn, numbersOf, random, sample } from "../../support/sample.ts";

describe("the samples of a run", () => {
  const knob = { of: "points", default: { ONEBOX_POINTS: "6" }, long: { ONEBOX_POINTS: "all" } };

  it("have a seed that is the commit's: the same wherever it is tested", () => {
    expect(seedOf("0000002affff")).to.equal(42);
    expect(seedOf("ffffffff0000")).to.equal(2 ** 32 - 1);
    expect(() => seedOf("HEAD")).to.throw('"HEAD" is no commit');
  });

  it("are small in the default tier, and all there is in the long one", () => {
    expect(settingsFor(knob, "default", 7, {})).to.deep.equal({
      ONEBOX_POINTS: "6",
      ONEBOX_SEED: "7",
    });
    expect(settingsFor(knob, "long", 7, {})).to.include({ ONEBOX_POINTS: "all" });
    expect(settingsFor(undefined, "default", 7, {})).to.deep.equal({ ONEBOX_SEED: "7" });
  });

  it("are as large as the environment says, where it does", () => {
    expect(settingsFor(knob, "default", 7, { ONEBOX_POINTS: "9" })).to.include({
      ONEBOX_POINTS: "9",
    });
    expect(settingsFor(knob, "default", 7, { ONEBOX_POINTS: "" })).to.include({
      ONEBOX_POINTS: "6",
    });
  });

  it("may be files: the others are left out, other ones for another commit", () => {
    const files = { by: "ONEBOX_POINTS", among: ["a", "b", "c", "d"] };
    const left = (count: string, seed: number) =>
      leftOut({ ...knob, files }, { ONEBOX_POINTS: count, ONEBOX_SEED: String(seed) });
    expect(left("3", 7)).to.have.length(1);
    expect(left("all", 7)).to.deep.equal([]);
    expect(leftOut(knob, {})).to.deep.equal([]);
    const met = new Set<string>();
    for (let seed = 0; seed < 50; seed++) for (const file of left("3", seed)) met.add(file);
    expect([...met].sort()).to.deep.equal(files.among);
    expect(() => left("some", 7)).to.throw("ONEBOX_POINTS=some: a whole number from 1, or all");
  });

  it("draw from numbers of their own: each file of some meets each point of it", () => {
    const files = { by: "ONEBOX_FILES", among: ["a", "b", "c", "d", "e", "f"] };
    const points = ["1", "2", "3", "4", "5"];
    const met = new Set<string>();
    for (let seed = 0; seed < 500; seed++) {
      const settings = { ONEBOX_FILES: "1", ONEBOX_SEED: String(seed) };
      const left = leftOut({ ...knob, files }, settings);
      const file = files.among.find((each) => !left.includes(each));
      met.add(`${file}${sample(points, 1, [], numbersOf("ONEBOX_POINTS", seed))}`);
    }
    expect(met.size).to.equal(files.among.length * points.length);
    expect(numbersOf("a", 7)()).to.equal(numbersOf("a", 7)());
  });

  it("are as many of a list as a variable says, or all of it", () => {
    const list = ["a", "b", "c"];
    expect(drawn("ONEBOX_NOT_SET", list)).to.deep.equal(list);
    process.env.ONEBOX_NOT_SET = "1";
    try {
      expect(drawn("ONEBOX_NOT_SET", list)).to.have.length(1);
      expect(drawn("ONEBOX_NOT_SET", list, 2)).to.have.length(2);
    } finally {
      delete process.env.ONEBOX_NOT_SET;
    }
  });

  it("take what must be there first, then any other, none twice, in the order that there was", () => {
    const list = Array.from({ length: 20 }, (_, index) => index);
    for (let seed = 0; seed < 50; seed++) {
      const some = sample(list, 5, [(each) => each > 18, (each) => each < 2], random(seed));
      expect(some).to.have.length(5);
      expect(some).to.deep.equal([...new Set(some)].sort((a, b) => a - b));
      expect(some).to.include(19);
      expect(some[0]).to.be.below(2);
    }
    expect(sample(list, 1, [(each) => each > 18, (each) => each < 2], random(1))).to.have.length(2);
    expect(sample(list, Number.POSITIVE_INFINITY, [], random(1))).to.deep.equal(list);
  });

  it("are the same for the same seed, and over many seeds meet everything", () => {
    const list = Array.from({ length: 60 }, (_, index) => index);
    expect(sample(list, 6, [], random(3))).to.deep.equal(sample(list, 6, [], random(3)));
    const met = new Set<number>();
    for (let commit = 1; commit <= 100; commit++) {
      for (const each of sample(list, 6, [], random(commit * 0x9e3779b1))) met.add(each);
    }
    expect(met.size).to.equal(list.length);
  });
});
