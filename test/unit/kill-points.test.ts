import { expect } from "chai";
import { allPoints, kinds, nameOf, random, somePoints } from "../kill/points.ts";

describe("the points at which something is killed", () => {
  const steps = ["claim", "pull", "start", "switch"];
  const all = allPoints(steps, ["secrets", "release"], random(7));

  it("are every kind at every step, and more", () => {
    for (const step of steps) {
      const there = all.filter((point) => point.step === step && point.after === 0);
      expect(there.map(({ kind }) => kind)).to.have.members([...kinds]);
    }
    expect(new Set(all.map(nameOf)).size).to.equal(all.length);
  });

  it("have every step in a sample, with several kinds, however small it is", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const some = somePoints(all, 2, random(seed));
      expect(some.map(({ step }) => step)).to.deep.equal(steps);
      expect(new Set(some.map(({ kind }) => kind)).size).to.equal(4);
    }
  });

  it("are as many as asked for, none of them twice, the same for the same seed", () => {
    const some = somePoints(all, 12, random(3));
    expect(new Set(some.map(nameOf)).size).to.equal(12);
    expect(somePoints(all, 12, random(3))).to.deep.equal(some);
    expect(somePoints(all, 12, random(4))).to.not.deep.equal(some);
    expect(somePoints(all, 1000, random(3))).to.have.length(all.length);
  });
});
