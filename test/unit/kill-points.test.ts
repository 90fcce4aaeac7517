import { expect } from "chai";
import { allPoints, kinds, nameOf, somePoints } from "../kill/points.ts";
import { random } from "../support/sample.ts";

describe("the points at which something is killed", () => {
  const steps = ["claim", "pull", "start", "switch", "watch", "finish"];
  const all = allPoints(steps, ["secrets", "release"], random(7));

  it("are every kind at every step, and more", () => {
    for (const step of steps) {
      const there = all.filter((point) => point.step === step && point.after === 0);
      expect(there.map(({ kind }) => kind)).to.have.members([...kinds]);
    }
    expect(new Set(all.map(nameOf)).size).to.equal(all.length);
  });

  it("have in a sample one that leaves a switch half done, and one that leaves the release at work", () => {
    for (let seed = 0; seed < 50; seed++) {
      const some = somePoints(all, 1, random(seed));
      expect(some).to.have.length(3);
      expect(some.some(({ kind }) => ["operator", "terraform"].includes(kind))).to.equal(true);
      expect(
        some.filter(
          ({ of, step, kind, after }) =>
            of === "release" &&
            ["watch", "finish"].includes(step) &&
            ["unit", "docker", "machine"].includes(kind) &&
            after === 0,
        ),
        `seed ${seed}`,
      ).not.to.deep.equal([]);
    }
  });

  it("are all met by the samples of enough commits", () => {
    const met = new Set<string>();
    for (let seed = 1; seed <= 200; seed++) {
      // The moments after a step's beginning are chosen too, so that a point's name is another each time.
      const some = somePoints(all, 6, random(seed * 0x9e3779b1));
      for (const point of some) met.add(nameOf(point));
    }
    expect(met.size).to.equal(all.length);
  });

  it("are as many as asked for, none of them twice, the same for the same seed", () => {
    const some = somePoints(all, 12, random(3));
    expect(new Set(some.map(nameOf)).size).to.equal(12);
    expect(somePoints(all, 12, random(3))).to.deep.equal(some);
    expect(somePoints(all, 12, random(4))).to.not.deep.equal(some);
    expect(somePoints(all, 1000, random(3))).to.have.length(all.length);
  });
});
