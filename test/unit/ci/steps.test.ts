import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { chooseStage } from "../../../cli/ci/choose.ts";
import { readPullEvent, renderDown, renderUp } from "../../../cli/ci/preview.ts";
import { reachesCloud } from "../../../cli/ci/reach.ts";
import { readBudget, readReport } from "../../../cli/ci/scan.ts";
import { listensEverywhere } from "../../../cli/ci/sockets.ts";
import { renderComparison } from "../../../cli/ci/summaries.ts";
import { RefusedError } from "../../../cli/errors.ts";
import { root } from "../../../config/load.ts";
import type { Config } from "../../../config/schema.ts";

describe("what a step reads", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-steps-"));
  });
  after(() => rmSync(directory, { recursive: true }));

  function file(content: unknown): string {
    const path = join(directory, "file.json");
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  const sha = "0123456789abcdef0123456789abcdef01234567";
  const event = {
    action: "opened",
    pull_request: {
      number: 7,
      state: "open",
      user: null,
      head: { ref: "a; b", label: "eve:a; b", sha, repo: null },
    },
    repository: { full_name: "you/onebox" },
    sender: { login: "eve" },
  };

  it("is an event of a pull request, of which only what is known is taken", () => {
    const { sender, ...known } = event;
    expect(readPullEvent({ GITHUB_EVENT_PATH: file(event) })).to.deep.equal(known);
  });

  for (const [what, bad] of Object.entries({
    "no JSON": "{",
    "another event": { action: "created", repository: { full_name: "you/onebox" } },
    "a commit that is more than one line": {
      ...event,
      pull_request: {
        ...event.pull_request,
        head: { ...event.pull_request.head, sha: `${sha}\nx=y` },
      },
    },
    "a number that is a path": {
      ...event,
      pull_request: { ...event.pull_request, number: "7/../8" },
    },
  })) {
    it(`is refused when it is ${what}`, () => {
      expect(() => readPullEvent({ GITHUB_EVENT_PATH: file(bad) })).to.throw(RefusedError);
    });
  }

  it("is refused when there is no event", () => {
    expect(() => readPullEvent({})).to.throw(RefusedError, "GITHUB_EVENT_PATH");
  });

  it("is the budget that the repository has, and none with a word that nobody knows", () => {
    const budget = readBudget(join(root, ".github/vulnerability-budget.json"));
    expect(budget.most).to.have.property("critical", 0);
    const good = { most: {}, onlyFixable: true, accepted: [] };
    expect(readBudget(file(good))).to.deep.equal(good);
    const until = { id: "CVE-1", reason: "none", until: "soon" };
    for (const [key, bad] of Object.entries({
      most: { ...good, most: { hihg: 0 } },
      ignore: { ...good, ignore: [] },
      "accepted.0.until": { ...good, accepted: [until] },
    })) {
      expect(() => readBudget(file(bad))).to.throw(RefusedError, key.split(".")[0]);
    }
  });

  it("is a report with at least what is counted", () => {
    const vulnerability = {
      id: "CVE-1",
      severity: "High",
      fix: { state: "fixed", versions: null },
    };
    const match = { vulnerability, artifact: { name: "openssl", version: "1.0" } };
    expect(readReport(file({ matches: [match] })).matches).to.deep.equal([match]);
    const wrong = { vulnerability: { id: "CVE-1" }, artifact: {} };
    for (const bad of [{}, { matches: [wrong] }, "", "[]"]) {
      expect(() => readReport(file(bad))).to.throw(RefusedError, "cannot be read");
    }
  });
});

describe("what a step decides", () => {
  it("stage gets what the run has pushed, unless it serves a later commit", () => {
    expect(chooseStage("r/a@sha256:1", undefined)).to.deep.equal({ image: "r/a@sha256:1" });
    expect(chooseStage("r/a@sha256:1", "c0ffee"))
      .to.have.property("nothing")
      .that.includes("a later commit already (c0ffee)");
    for (const image of [undefined, ""]) {
      expect(chooseStage(image, "c0ffee")).to.have.key("refusal");
    }
  });

  it("a local cloud counts only where it was there before the job", () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox-reach-"));
    const reaches = (cloud: string) => reachesCloud({ config: { cloud } as Config }, directory);
    expect([reaches("hetzner"), reaches("local")]).to.deep.equal([true, false]);
    mkdirSync(join(directory, ".onebox/cloud"), { recursive: true });
    writeFileSync(join(directory, ".onebox/cloud/cloud.json"), "{}");
    expect(reaches("local")).to.equal(true);
    rmSync(directory, { recursive: true });
  });

  it("a port is taken where somebody has it on every address", () => {
    const line = (local: string) => `LISTEN 0      128    ${local}    0.0.0.0:*   \n`;
    for (const local of ["0.0.0.0:22", "*:22", "[::]:22"]) {
      expect(listensEverywhere(line("127.0.0.1:22") + line(local), 22), local).to.equal(true);
    }
    for (const local of ["127.0.0.1:22", "10.0.0.0:22", "0.0.0.0:2222", "[::1]:22"]) {
      expect(listensEverywhere(line(local), 22), local).to.equal(false);
    }
    expect(listensEverywhere("", 22)).to.equal(false);
  });
});

describe("what a step writes", () => {
  it("says of a preview where it is, of which commit, and for how long", () => {
    const text = renderUp("https://one.test", "0123456789abcdef", 72);
    expect(text).to.include("https://one.test shows 0123456. It ends 72 hours after");
    expect(renderDown()).to.match(/^## Preview\n\nIt was taken down/);
  });

  it("says of a plan what it was compared with", () => {
    const text = renderComparison("Nothing would change.\n", "0123456789abcdef");
    expect(text).to.match(/^## What this pull request would change .*\n\nNothing would change\.\n/);
    expect(text).to.include("Compared with 0123456 in a cloud");
  });
});
