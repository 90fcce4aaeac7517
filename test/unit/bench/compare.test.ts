import { expect } from "chai";
import { compare, slicesOf, verdict, type Window } from "../../bench/compare.ts";
import { type Sample, slowTime } from "../../traffic/load/plan.ts";

/** A window of so many slices, of a hundred times each: from 1 to 100 ms, times a factor. */
const window = (slices: number, factor = 1): Window =>
  Array.from({ length: slices }, () => Array.from({ length: 100 }, (_, n) => (n + 1) * factor));

describe("the cost of a backup, as the bench reckons it", () => {
  it("is how many times the p99 of all windows without one the p99 of all with one is", () => {
    const { before, during, ratio, low, high, none } = compare([window(3)], [window(3, 1.5)]);
    expect(before).to.equal(100);
    expect(during).to.equal(100 * 1.5);
    expect([ratio, low, high, none]).to.deep.equal([1.5, 1.5, 1.5, 1]);
  });

  it("pools requests, not windows: one bad slice of many is a small part of them", () => {
    const idle = [window(60), window(60)];
    const { ratio, busy } = compare(idle, [window(60), [...window(59), ...window(1, 3)]]);
    expect(ratio).to.be.within(1, 1.1);
    expect(busy[0]).to.equal(100);
    expect(busy[1]).to.be.above(100);
  });

  it("shows what windows that are all without a backup differ by, and what that does to the ratio", () => {
    const uneasy = [window(2), window(2, 3), window(2, 2)];
    const { idle, low, high } = compare(uneasy, uneasy);
    expect(idle).to.deep.equal([100, 300, 200]);
    expect(low).to.be.below(0.9);
    expect(high).to.be.above(1.1);
  });

  it("says the same of the same requests each time", () => {
    const idle = [window(4), window(2, 1.3)];
    expect(compare(idle, [window(3, 1.2)])).to.deep.equal(compare(idle, [window(3, 1.2)]));
  });

  it("cuts a window into slices of 10 s or a little more, and counts of slow requests what they took beyond their own time", () => {
    const samples = Array.from({ length: 60 }, (_, n): Sample => {
      const due = n * 1000;
      const slow = n % 2 === 1;
      const done = due + n + (slow ? slowTime : 0);
      return { n, kind: slow ? "slow" : "page", fresh: false, due, sent: due, done, status: 200 };
    });
    const slices = slicesOf(samples, { from: 9500, to: 44_500 });
    expect(slices.map(({ length }) => length)).to.deep.equal([12, 11, 12]);
    expect(slices.flat()).to.deep.equal(samples.slice(10, 45).map(({ n }) => n));
    expect(slicesOf(samples, { from: 500, to: 1500 })).to.deep.equal([[1]]);
  });

  it("keeps to its goal or misses it only when the draws agree", () => {
    const one = compare([window(2)], [window(2)]);
    expect(verdict({ ...one, low: 0.98, high: 1.08 }, 1.1)).to.equal("kept");
    expect(verdict({ ...one, low: 1.12, high: 1.3 }, 1.1)).to.equal("missed");
    expect(verdict({ ...one, low: 1.02, high: 1.3 }, 1.1)).to.match(/^cannot be told/);
  });

  it("is not made up of nothing", () => {
    expect(() => compare([], [window(3)])).to.throw("too little");
    expect(() => compare([window(3)], [[]])).to.throw("too little");
  });
});
