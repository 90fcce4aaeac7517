import { expect } from "chai";
import { parseLog, renderNotes } from "../../../cli/ci/changelog.ts";
import { chooseRelease } from "../../../cli/ci/choose.ts";
import { marked } from "../../../cli/ci/post.ts";
import { type Budget, holdScan } from "../../../cli/ci/scan.ts";
import { escapeMarkdown, renderDeploy } from "../../../cli/ci/summaries.ts";
import { latestVersion, nextVersion } from "../../../cli/ci/version.ts";
import type { ReleaseRecord } from "../../../cli/vm/releases.ts";

const record = (commit: string, more: Partial<ReleaseRecord> = {}): ReleaseRecord => ({
  started: "2026-11-01T10:00:00Z",
  action: "release",
  release: "r",
  image: `registry.test/app@sha256:${commit}`,
  commit,
  by: "ada",
  result: "served",
  seconds: 1,
  kept: true,
  serving: false,
  ...more,
});
const tag = { ref: "refs/tags/v1.2.0", event: "push" };
const byHand = { ref: "refs/heads/main", event: "workflow_dispatch" };

describe("what prod gets", () => {
  const stage = [record("aaa"), record("bbb", { serving: true })];

  it("by tag: the image that stage served of the tag's commit, also an earlier one", () => {
    expect(chooseRelease("tag", tag, stage, "aaa")).to.deep.equal({ image: stage[0]?.image });
  });

  it("by tag: nothing that stage has not served, or only failed, or only tried", () => {
    const never = [record("ccc", { result: "failed" }), record("ccc", { action: "canary" })];
    expect(chooseRelease("tag", tag, stage, "ccc")).to.have.key("refusal");
    expect(chooseRelease("tag", tag, never, "ccc")).to.have.key("refusal");
  });

  it("by tag: nothing for a branch, or for a tag that is no version", () => {
    expect(chooseRelease("tag", byHand, stage, "aaa")).to.have.key("refusal");
    const other = { ...tag, ref: "refs/tags/v1.2.0-rc1" };
    expect(chooseRelease("tag", other, stage, "aaa")).to.have.key("refusal");
  });

  it("by promotion: what stage currently serves, when somebody asks; a tag alone brings nothing", () => {
    expect(chooseRelease("promote", byHand, stage, "zzz")).to.deep.equal({
      image: stage[1]?.image,
    });
    expect(chooseRelease("promote", tag, stage, "aaa")).to.have.key("nothing");
    expect(chooseRelease("promote", byHand, [record("aaa")], "aaa")).to.have.key("refusal");
  });
});

describe("the next version", () => {
  const tags = ["v1.9.0", "v1.10.0", "v0.3.2", "latest", "v2.0.0-rc1"];

  it("counts as numbers do, and only what is a version", () => {
    expect(latestVersion(tags)).to.equal("v1.10.0");
    expect(["major", "minor", "patch"].map((part) => nextVersion(tags, part))).to.deep.equal([
      "v2.0.0",
      "v1.11.0",
      "v1.10.1",
    ]);
    expect(nextVersion([], "minor")).to.equal("v0.1.0");
  });

  it("may be named, but not go back", () => {
    expect(nextVersion(tags, "1.12.0")).to.equal("v1.12.0");
    expect(() => nextVersion(tags, "v1.10.0")).to.throw("does not come after v1.10.0");
    for (const wish of ["1.13", "01.13.0", "1.013.0", "99999999999999999999.0.0", "1.13.0-", "v"]) {
      expect(() => nextVersion(tags, wish), wish).to.throw("nor a version such as 1.4.0");
    }
    expect(() => nextVersion(tags, "next")).to.throw("neither major, minor, patch");
  });
});

describe("a version's notes", () => {
  const log = [
    "\u0001aaaaaaa\u0002Show links by date\n\nserver/page.ts\nhost/release",
    "\u0001bbbbbbb\u0002Add a table\n\nserver/migrations/2_add.ts",
    "\u0001ccccccc\u0002Open a port\n\nstacks/server-stack.ts",
    "\u0001ddddddd\u0002Explain it\n\ndocs/ssh.md",
  ].join("\n");

  it("sort the commits by what they touched, and name a change of the database", () => {
    const text = renderNotes(parseLog(log), "server/");
    const [app, infrastructure, rest] = text.split("### ").slice(1);
    expect(app).to.match(
      /^The app\n\n- Show links by date \(aaaaaaa\)\n- Add a table \(changes the database\)/,
    );
    expect(infrastructure).to.equal("The infrastructure\n\n- Open a port (ccccccc)\n\n");
    expect(rest).to.equal("Everything else\n\n- Explain it (ddddddd)\n");
  });
});

describe("a scan", () => {
  const match = (id: string, severity: string, state = "fixed") => ({
    vulnerability: { id, severity, fix: { state, versions: ["2.0"] } },
    artifact: { name: "openssl", version: "1.0" },
  });
  const budget: Budget = { most: { critical: 0, high: 1 }, onlyFixable: true, accepted: [] };
  const hold = (matches: ReturnType<typeof match>[], more: Partial<Budget> = {}) =>
    holdScan({ matches }, { ...budget, ...more }, "2026-11-21");

  it("is within the budget up to the number, and over it beyond", () => {
    expect(hold([match("CVE-1", "High")]).withinBudget).to.equal(true);
    const over = hold([match("CVE-1", "High"), match("CVE-2", "High")]);
    expect(over.withinBudget).to.equal(false);
    expect(over.text).to.include("CVE-2 (high) in openssl 1.0, mended in 2.0");
    expect(hold([match("CVE-3", "Critical")]).withinBudget).to.equal(false);
  });

  it("counts what a newer package would mend, and the same finding once", () => {
    expect(hold([match("CVE-3", "Critical", "not-fixed")]).withinBudget).to.equal(true);
    expect(
      hold([match("CVE-3", "Critical", "not-fixed")], { onlyFixable: false }).withinBudget,
    ).to.equal(false);
    expect(hold([match("CVE-1", "High"), match("CVE-1", "High")]).withinBudget).to.equal(true);
  });

  it("bears an exception until its day, and fails when that has passed", () => {
    const accept = (until: string) => ({
      accepted: [{ id: "CVE-3", reason: "not reachable", until }],
    });
    expect(hold([match("CVE-3", "Critical")], accept("2026-11-21")).withinBudget).to.equal(true);
    const ended = hold([], accept("2026-11-20"));
    expect(ended.withinBudget).to.equal(false);
    expect(ended.text).to.include("the exception for CVE-3 ended on 2026-11-20");
  });
});

describe("a summary", () => {
  const output = [
    "Onebox deploys stage",
    "  … image        building (2 s)",
    "  ✓ image        f1aa4d0 is in the registry                       0.4 s",
    "  ✗ release                                                     13.8 s",
    "    onebox: error: the app is not ready",
    'deploy.sh: step "release" failed',
  ].join("\n");
  const deploy = { environment: "stage", image: "r/a@sha256:1", output, commit: "f1aa4d0123" };

  it("of a deploy that failed says what serves, and why", () => {
    const text = renderDeploy({ ...deploy, code: 1, changes: [] });
    expect(text).to.match(/^## stage failed; what served before serves still/);
    expect(text).to.include("| ✓ image | f1aa4d0 is in the registry | 0.4 s |");
    expect(text).to.include("onebox: error: the app is not ready").and.not.include("building");
  });

  it("of a deploy that was held or refused says so", () => {
    expect(renderDeploy({ ...deploy, code: 3, changes: [] })).to.include(
      "locked by another deploy",
    );
    expect(renderDeploy({ ...deploy, code: 2, changes: [] })).to.include("nothing was touched");
  });

  it("keeps a commit's subject from being markup, or from calling anybody", () => {
    expect(escapeMarkdown("<img> @ada [x](y)")).to.equal("\\<img\\> @\u200bada \\[x\\](y)");
  });

  it("is cut to what GitHub takes, and still found again", () => {
    const text = marked("plan", "x".repeat(100_000), "https://run.test/1");
    expect(text.length).to.be.below(65_536);
    expect(text).to.match(/<!-- onebox: plan -->$/);
  });
});
