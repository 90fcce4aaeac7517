import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

/** The least that a bound may be which is there only to end a hang (ms). */
const leastBound = 60_000;

/** What is expected, and below what; a bound with a name was measured in the same run. */
const expectation =
  /expect\((.*)\)\..*\b(?:below|lessThan|most|within|closeTo|lte?)\(([^a-z]*)\);|isBelow\((.*), ([^a-z]*)\);/i;
const time = /\b(now|seconds|elapsed|duration|took|pause|p99)\b/;
const bounds = [
  /(?:Date|performance)\.now\(\) \+ ([\d_]+);/,
  /(?:this|\}\))\.timeout\(([\d_]+)\);/,
  /^ {2}"timeout": (\d+),?$/,
  /--timeout(?:", "| )(\d+)/,
  /\b(?:within|timeout): ([\d_]+)\b/,
  /AbortSignal\.timeout\(([\d_]+)\)/,
];

/** Where a time is short for a reason. */
const allowed = {
  "emulator/test/api/load-balancer-": "seconds, of a health check, as Hetzner's API takes them",
  "test/backups/10-backups.test.ts": "after a minute pgBackRest would have given up by itself",
  "test/backups/storage.ts": "it is asked again and again",
  "test/unit/cli/poll.test.ts": "no time at all, which is what is tested",
};

/** Why a line of a test would fail on a computer that is busy, if it would. */
function trouble(line: string): string | undefined {
  const found = expectation.exec(line);
  if (time.test(found?.[1] ?? found?.[3] ?? "")) return "an absolute time is expected";
  for (const bound of bounds) {
    const [, ms] = bound.exec(line) ?? [];
    if (ms !== undefined && Number(ms.replaceAll("_", "")) < leastBound)
      return "a bound that is there to end a hang is at least a minute";
  }
  return undefined;
}

describe("the tests", () => {
  it("expect no absolute time: that belongs into npm run bench", () => {
    const own = "test/unit/no-absolute-times.test.ts"; // which quotes some
    const configurations = ["*.mocharc.json", "*package.json"];
    const pattern = ["*/test/**.ts", "test/**.ts", ...configurations, `:!${own}`];
    const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", ...pattern], {
      cwd: root,
      encoding: "utf8",
    });
    const found = files
      .split("\n")
      .filter((file) => file !== "" && existsSync(join(root, file)))
      .flatMap((file) =>
        readFileSync(join(root, file), "utf8")
          .split("\n")
          .map((line, index) => [`${file}:${index + 1}`, trouble(line)] as const)
          .filter(([, why]) => why !== undefined)
          .map(([place, why]) => `${place}: ${why}`),
      );
    const known = Object.keys(allowed);
    const others = found.filter((place) => !known.some((name) => place.startsWith(name)));
    expect(others).to.deep.equal([]);
    const vain = known.filter((name) => !found.some((place) => place.startsWith(name)));
    expect(vain, "are allowed in vain").to.deep.equal([]);
  });

  for (const line of [
    "    expect(Date.now() - start).to.be.below(1000);",
    "    assert.isBelow(Date.now() - started, 2000);",
    "    expect(seconds).to.be.lessThan(90);",
    "    expect(performance.now() - from).to.be.within(600, 3000);",
    "    for (const end = Date.now() + 5000; !holds(); await sleep(10)) {",
    "    const deadline = performance.now() + 20_000;",
    "  this.timeout(10_000);",
    "  }).timeout(30_000);",
    "    expect(await poll(isDone, Boolean, { within: 10_000, pause: 50 })).to.equal(true);",
    "      const outgoing = request({ ...options, timeout: 3000 }, (incoming) => {",
    "  const bound = { signal: AbortSignal.timeout(15_000) };",
    `    "test:clients": "mocha --no-config --timeout 30000 --parallel",`,
  ]) {
    it(`would not pass with: ${line.trim()}`, () => {
      expect(trouble(line)).to.not.equal(undefined);
    });
  }

  for (const line of [
    "    expect(Date.now() - start).to.be.at.least(600);",
    "    expect(asleep.memory).to.be.below(now.memory);",
    "    expect(tally(samples).pause).to.be.within(lasted - late, lasted + 2 * late);",
    "    const deadline = Date.now() + 90_000;",
    "    if (Date.now() > deadline) throw error;",
    "  this.timeout(60_000 + KILLS * 5000);",
    "      await poll(there, (yes) => yes, { within: 60_000, pause: 20 });",
  ]) {
    it(`passes with: ${line.trim()}`, () => {
      expect(trouble(line)).to.equal(undefined);
    });
  }
});
