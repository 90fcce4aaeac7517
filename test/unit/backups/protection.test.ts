import { expect } from "chai";
import { findWeakness } from "../../../cli/backups/protection.ts";
import type { Bucket } from "../../../cli/objects/bucket.ts";

/** Storage that refuses all that would destroy backups, but what is answered otherwise here. */
async function weakness(answers: Record<string, number>, probe: string | null = "v1") {
  const asked: string[] = [];
  const ask = async (method: string, { key = "", query = {} } = {}) => {
    const what = [method, key, ...Object.keys(query)].filter(Boolean).join(" ");
    asked.push(what);
    if (what === "HEAD shop/probe")
      return { status: probe === null ? 404 : 200, version: probe ?? "", body: "" };
    if (what === "PUT shop/probe") return { status: 200, version: "v2", body: "" };
    return { status: answers[what] ?? 403, version: "", body: "" };
  };
  return { found: await findWeakness({ ask, must: ask } as unknown as Bucket, "shop"), asked };
}

describe("what protects the backups", () => {
  const cases: [string, Record<string, number>, RegExp | undefined][] = [
    ["refuses everything", {}, undefined],
    [
      "lets a version be deleted",
      { "DELETE shop/probe versionId": 204 },
      /delete versions for good/,
    ],
    [
      "lets versions be switched off",
      { "PUT versioning": 200 },
      /switch the bucket's versions off/,
    ],
    ["shows the policy and keeps it", { "GET policy": 200 }, undefined],
    [
      "lets the policy be changed",
      { "GET policy": 200, "PUT policy": 200 },
      /change the bucket's policy/,
    ],
  ];
  for (const [what, answers, expected] of cases) {
    it(`is ${expected === undefined ? "enough" : "too little"} where the storage ${what}`, async () => {
      const { found } = await weakness(answers);
      if (expected === undefined) expect(found).to.equal(undefined);
      else expect(found).to.match(expected);
    });
  }

  it("is no policy that is written without having been read", async () => {
    expect((await weakness({})).asked).to.not.include("PUT policy");
  });

  it("is tried on an object of its own, which is put there first", async () => {
    const { found, asked } = await weakness({}, null);
    expect(found).to.equal(undefined);
    expect(asked.slice(0, 3)).to.deep.equal([
      "HEAD shop/probe",
      "PUT shop/probe",
      "DELETE shop/probe versionId",
    ]);
  });

  for (const version of ["", "null"]) {
    it(`is nothing where no versions are kept ("${version}"), and then nothing is tried`, async () => {
      const { found, asked } = await weakness({ "DELETE shop/probe versionId": 204 }, version);
      expect(found).to.match(/keeps no versions/);
      expect(asked).to.deep.equal(["HEAD shop/probe"]);
    });
  }
});
