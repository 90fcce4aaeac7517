import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { compareLedger } from "./load/ledger.ts";
import { type Load, startLoad } from "./load/load.ts";
import { clock, type Sample } from "./load/plan.ts";
import { between, tally } from "./load/tally.ts";
import { settings } from "./settings.ts";
import { figures } from "./shared.ts";

/** A time in which only these releases may answer. */
interface Period {
  what: string;
  from: number;
  to: number;
  releases: string[];
}

describe("releases under a constant load", () => {
  const periods: Period[] = [];
  const canaries: { from: number; to: number }[] = [];
  let images: string[];
  let load: Load;
  let samples: Sample[];
  let release: string;
  let switches = 0;

  before(async () => {
    images = await stage.images(3);
    const serving = await stage.serving();
    release = serving.release;
    load = startLoad({ address: serving.address, host: stage.host });
  });
  after(() => load?.stop());

  /** Deploys the image after the one that serves, in a ring; returns its release. */
  async function deploy(...options: string[]): Promise<string> {
    const { image } = await stage.serving();
    const next = images[(images.indexOf(image) + 1) % images.length] ?? image;
    const { output } = await stage.run("deploy.sh", "stage", "--image", next, ...options);
    return /release ([0-9a-f]{12}-[0-9a-f]{4}) \(commit/.exec(output)?.[1] ?? "";
  }

  /** Begins a canary, gives both releases the time to answer, and ends it; returns its release. */
  async function canary(script: "promote.sh" | "rollback.sh"): Promise<string> {
    const tried = await deploy("--canary", "20");
    const from = clock();
    await sleep(2000);
    canaries.push({ from, to: clock() });
    await stage.run(script, "stage");
    return tried;
  }

  /** Does what changes releases; while the status is asked, nothing but the one it ended with may answer. */
  async function change(what: string, work: () => Promise<string>): Promise<void> {
    const from = clock();
    const tried = await work();
    const to = clock();
    const before = release;
    release = (await stage.serving()).release;
    periods.push({ what, from, to, releases: [before, tried, release] });
    periods.push({ what: `after ${what}`, from: to, to: clock(), releases: [release] });
    switches++;
  }

  for (let round = 1; round <= settings.rounds; round++) {
    for (let count = 1; count <= settings.deploys; count++) {
      it(`round ${round}: deploys another image, ${count} of ${settings.deploys}`, async () => {
        await change(`deploy ${count} of round ${round}`, () => deploy());
      });
    }

    it(`round ${round}: rolls back`, async () => {
      const before = release;
      await change(`rollback of round ${round}`, async () => {
        await stage.run("rollback.sh", "stage");
        return before;
      });
      expect(release).to.not.equal(before);
    });

    it(`round ${round}: promotes a canary`, async () => {
      const before = release;
      await change(`promoted canary of round ${round}`, () => canary("promote.sh"));
      expect(release).to.not.equal(before);
    });

    it(`round ${round}: withdraws a canary`, async () => {
      const before = release;
      await change(`withdrawn canary of round ${round}`, () => canary("rollback.sh"));
      expect(release).to.equal(before);
    });
  }

  it("lost no request", async () => {
    samples = await load.stop();
    const result = tally(samples);
    figures.push({ way: "Onebox", switches, tally: result });
    const why = result.failed > 0 ? [...result.examples, await stage.edgeTrouble()] : [];
    expect(result.failures, why.join("\n")).to.deep.equal({});
    expect(result.failed).to.equal(0);
  });

  it("gave no wrong answer, and none of a release out of its time", () => {
    const { wrong, examples } = tally(samples);
    expect(wrong, examples.join("\n")).to.equal(0);
    for (const { what, from, to, releases } of periods) {
      const { wrong, examples } = tally(between(samples, from, to), releases);
      expect(wrong, `${what}:\n${examples.join("\n")}`).to.equal(0);
    }
  });

  it("had two releases answering in every canary", () => {
    for (const { from, to } of canaries) {
      const { releases, sent } = tally(between(samples, from, to));
      const shares = Object.values(releases).map((count) => count / sent);
      expect(shares).to.have.length(2);
      expect(Math.min(...shares)).to.be.within(0.12, 0.28);
    }
  });

  it("kept every acknowledged write exactly once", async () => {
    const ledger = compareLedger(load.run, samples, await stage.urlsOf(load.run));
    expect(ledger.acknowledged).to.be.greaterThan(samples.length * 0.19);
    expect([...ledger.lost, ...ledger.doubled, ...ledger.strangers]).to.deep.equal([]);
  });
});
