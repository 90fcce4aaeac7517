import { expect } from "chai";
import type { Bucket } from "../../../cli/objects/bucket.ts";
import { makeAppBucket, makeBucket, VERSIONED } from "../../../cli/objects/policy.ts";

/** A bucket that is there, or is not, and what was asked of it. */
async function made(status: number, make = makeBucket) {
  const asked: [string, { query?: Record<string, string>; body?: string }][] = [];
  const ask = async (method: string, more = {}) => {
    asked.push([method, more]);
    return { status, version: "", body: "" };
  };
  await make({ name: "shop-backups", ask, must: ask } as unknown as Bucket, "VM");
  return asked;
}

describe("the bucket of the backups", () => {
  it("is made unless it is there, and keeps versions before it is used", async () => {
    const kinds = (asked: Awaited<ReturnType<typeof made>>) =>
      asked.map(([method, { query }]) => [method, ...Object.keys(query ?? {})].join(" "));
    expect(kinds(await made(404))).to.deep.equal(["HEAD", "PUT", "PUT policy", "PUT versioning"]);
    const there = await made(200);
    expect(kinds(there)).to.deep.equal(["HEAD", "PUT policy", "PUT versioning"]);
    expect(there.at(-1)?.[1].body).to.equal(VERSIONED);
  });

  it("lets the VM's login read and add, and delete no version", async () => {
    const [, [, { body = "" }] = ["", {}]] = await made(200);
    const { Statement } = JSON.parse(body);
    const rights = new Map<string, string[]>();
    for (const { Effect, Principal, Action, Resource } of Statement) {
      expect([Effect, Principal]).to.deep.equal(["Allow", { AWS: ["VM"] }]);
      rights.set(Resource.join(), Action);
    }
    expect([...rights.keys()]).to.deep.equal([
      "arn:aws:s3:::shop-backups",
      "arn:aws:s3:::shop-backups/*",
    ]);
    const all = [...rights.values()].flat();
    expect(all).to.include.members(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]);
    for (const right of all) {
      expect(right).to.not.match(/\*|DeleteObjectVersion|DeleteBucket|^s3:Put(?!Object$)/);
    }
  });
});

describe("the bucket of an app", () => {
  it("is made unless it is there, and is its login's, which reaches no other", async () => {
    const asked = await made(404, makeAppBucket);
    expect(asked.map(([method]) => method)).to.deep.equal(["HEAD", "PUT", "PUT"]);
    const { Statement } = JSON.parse(asked.at(-1)?.[1].body ?? "");
    for (const { Principal, Action } of Statement)
      expect([Principal, Action]).to.deep.equal([{ AWS: ["VM"] }, ["s3:*"]]);
    expect(Statement.map(({ Resource }: { Resource: string[] }) => Resource)).to.deep.equal([
      ["arn:aws:s3:::shop-backups"],
      ["arn:aws:s3:::shop-backups/*"],
    ]);
    expect(await made(200, makeAppBucket)).to.have.length(2);
  });
});
