import { expect } from "chai";
import { type GitHub, GitHubError } from "../../../cli/ci/github.ts";
import { publish } from "../../../cli/ci/publish.ts";

describe("a version's page", () => {
  const version = { name: "v1.2.0", notes: "- Show links (aaaaaaa)" };
  const byHand = { commit: "c0ffee", ref: "refs/heads/main", way: "tag" as const };
  const page = {
    tag_name: "v1.2.0",
    target_commitish: "c0ffee",
    name: "v1.2.0",
    body: version.notes,
  };

  /** GitHub that answers for the page with this status; returns what it was told. */
  function gitHub(status: number) {
    const sent: unknown[] = [];
    const github: GitHub = {
      get: async (_, schema) => {
        if (status !== 200) throw new GitHubError(`HTTP ${status}`, status);
        return schema.parse({});
      },
      send: async (method, path, body) => void sent.push([method, path, body]),
    };
    return { github, sent };
  }

  it("is made with its tag, which is sent to prod where tags release", async () => {
    const { github, sent } = gitHub(404);
    const lines = await publish(github, version, byHand);
    expect(lines).to.deep.equal(["v1.2.0 is published", "deploy-prod is started for it"]);
    expect(sent).to.deep.equal([
      ["POST", "releases", page],
      ["POST", "actions/workflows/deploy-prod.yml/dispatches", { ref: "v1.2.0" }],
    ]);
  });

  for (const [why, of] of [
    ["a tag that was pushed, which has started it", { ...byHand, ref: "refs/tags/v1.2.0" }],
    ["a configuration that promotes", { ...byHand, way: "promote" as const }],
  ] as const) {
    it(`is made without a deploy for ${why}`, async () => {
      const { github, sent } = gitHub(404);
      expect(await publish(github, version, of)).to.deep.equal(["v1.2.0 is published"]);
      expect(sent).to.deep.equal([["POST", "releases", page]]);
    });
  }

  it("is made once, and not where GitHub cannot tell", async () => {
    const there = gitHub(200);
    expect(await publish(there.github, version, byHand)).to.deep.equal([
      "v1.2.0 is published already",
    ]);
    const broken = gitHub(500);
    const error = await publish(broken.github, version, byHand).catch((cause) => cause);
    expect(error).to.have.property("status", 500);
    expect([...there.sent, ...broken.sent]).to.deep.equal([]);
  });
});
