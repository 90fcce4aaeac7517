import { expect } from "chai";
import type { GitHub } from "../../../cli/ci/github.ts";
import { branchOf, chooseAtEvent, chooseNow, type PullEvent } from "../../../cli/ci/preview.ts";
import { guardPreview } from "../../../cli/ci/preview-guard.ts";

const own = "you/onebox";

/** An event of a pull request of ours, or of a fork's, or a bot's. */
function event(
  action: string,
  from: "us" | "fork" | "bot" | "gone" = "us",
  label?: string,
): PullEvent {
  const owner = from === "us" || from === "bot" ? "you" : "eve";
  const repo = from === "gone" ? null : { full_name: `${owner}/onebox` };
  return {
    action,
    repository: { full_name: own },
    pull_request: {
      number: 7,
      state: action === "closed" ? "closed" : "open",
      user: { type: from === "bot" ? "Bot" : "User" },
      head: { ref: "main", label: `${owner}:main`, sha: "a1", repo },
    },
    ...(label !== undefined && { label: { name: label } }),
  };
}

describe("a pull request's preview", () => {
  const at = (...args: Parameters<typeof event>) => chooseAtEvent(event(...args)).action;

  it("follows a branch of ours, with each commit", () => {
    for (const action of ["opened", "reopened", "synchronize"]) {
      expect(at(action), action).to.equal("up");
    }
    expect(at("closed")).to.equal("down");
  });

  it("is there for a fork or a bot only when the label is put on, and goes with the pull request", () => {
    for (const from of ["fork", "bot", "gone"] as const) {
      for (const action of ["opened", "reopened", "synchronize"]) {
        expect(at(action, from), `${from} ${action}`).to.equal("nothing");
      }
      expect(at("labeled", from, "preview")).to.equal("up");
      expect(at("closed", from)).to.equal("down");
    }
  });

  it("is asked for by no other label, and by nothing else", () => {
    for (const label of ["bug", "Preview", "preview "]) {
      expect(at("labeled", "fork", label), label).to.equal("nothing");
    }
    expect(at("labeled", "fork")).to.equal("nothing");
    expect(at("edited")).to.equal("nothing");
  });

  it("does not come back for a label on a pull request that is closed", () => {
    const labeled = event("labeled", "us", "preview");
    labeled.pull_request.state = "closed";
    expect(chooseAtEvent(labeled).action).to.equal("nothing");
  });

  it("is not what was asked for when its turn comes, but what the pull request is by then", () => {
    const opened = event("opened");
    const now = (changes: object) =>
      chooseNow(opened, { ...opened.pull_request, ...changes }).action;
    expect(now({})).to.equal("up");
    expect(now({ state: "closed" })).to.equal("down");
    expect(now({ head: { ...opened.pull_request.head, sha: "b2" } })).to.equal("nothing");
    const closed = event("closed");
    expect(chooseNow(closed, { ...closed.pull_request, state: "open" }).action).to.equal("nothing");
  });

  it("does not show what a fork pushed after the label was put on", () => {
    const labeled = event("labeled", "fork", "preview");
    const { head } = labeled.pull_request;
    const later = { ...labeled.pull_request, head: { ...head, sha: "b2" } };
    expect(chooseNow(labeled, later).action).to.equal("nothing");
    expect(chooseNow(event("synchronize", "fork"), later).action).to.equal("nothing");
  });

  it("has a name that no branch of ours can have, when it is a fork's", () => {
    expect(branchOf(event("opened"))).to.equal("main");
    for (const from of ["fork", "gone"] as const) {
      expect(branchOf(event("opened", from))).to.equal("eve:main");
    }
  });

  it("is no fork's where the configuration lets none in, whoever has reviewed it", async () => {
    const nobodyAsked = { get: () => Promise.reject(new Error("asked")) } as unknown as GitHub;
    const labeled = event("labeled", "fork", "preview");
    const guarded = await guardPreview(nobodyAsked, labeled, { action: "up" }, { forks: false });
    expect(guarded).to.include({ action: "nothing" });
  });
});
