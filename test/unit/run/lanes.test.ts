import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { inOrder, type Lane, lanesFor, runInLanes } from "../../run/lanes.ts";

const job = (name: string, lane: Lane = "shared") => ({ name, lane });

describe("the lanes", () => {
  it("have the longest first, those that run alone last, and what was never timed before all", () => {
    const times: Record<string, number> = { a: 5, b: 50, c: 7, d: 70 };
    const jobs = [job("a"), job("c", "alone"), job("b"), job("d", "alone"), job("new")];
    expect(inOrder(jobs, (name) => times[name]).map(({ name }) => name)).to.deep.equal([
      ...["new", "b", "a", "d", "c"],
    ]);
  });

  it("run so many side by side, and others while nothing else runs", async () => {
    const running = new Set<string>();
    const seen: string[] = [];
    let most = 0;
    const jobs = [job("a"), job("b"), job("c"), job("d", "alone"), job("e", "alone")];
    await runInLanes(jobs, 2, async ({ name, lane }) => {
      running.add(name);
      most = Math.max(most, running.size);
      if (lane === "alone") expect([...running]).to.deep.equal([name]);
      await sleep(5);
      running.delete(name);
      seen.push(name);
    });
    expect(most).to.equal(2);
    expect(seen.toSorted()).to.deep.equal(["a", "b", "c", "d", "e"]);
  });

  it("never run two that need the stage side by side, and something else meanwhile", async () => {
    const running = new Set<string>();
    const beside: string[] = [];
    const jobs = [
      { ...job("a"), stage: true as const },
      { ...job("b"), stage: true as const },
      job("c"),
    ];
    await runInLanes(jobs, 2, async ({ name }) => {
      running.add(name);
      beside.push([...running].join());
      await sleep(5);
      running.delete(name);
    });
    expect(beside).to.include("a,c");
    expect(beside.filter((names) => /a.*b|b.*a/.test(names))).to.deep.equal([]);
  });

  it("begin nothing more when the run ends", async () => {
    const seen: string[] = [];
    const jobs = [job("a"), job("b"), job("c"), job("d", "alone")];
    await runInLanes(
      jobs,
      1,
      async ({ name }) => void seen.push(name),
      () => seen.length === 2,
    );
    expect(seen).to.deep.equal(["a", "b"]);
  });

  it("are as many as there are processors, and as fit into the memory", () => {
    expect(lanesFor(2, 24 * 2 ** 30)).to.equal(3);
    expect(lanesFor(2, 8 * 2 ** 30)).to.equal(1);
    expect(lanesFor(1, 2 ** 30)).to.equal(1);
    expect(lanesFor(64, 256 * 2 ** 30)).to.equal(4);
  });
});
