import { expect } from "chai";
import { OwnersBucket, openOwnersBucket } from "../../../cli/backups/owner.ts";
import type { Bucket } from "../../../cli/objects/bucket.ts";
import type { Project } from "../../../cli/project.ts";

const step = { note: "", progress: () => {}, output: () => {} };
const line = (kind: string, id: string, day: number, latest = false) =>
  `<${kind}><Key>shop/backup/prod/a</Key><VersionId>${id}</VersionId><IsLatest>${latest}</IsLatest>` +
  `<LastModified>2026-11-0${day}T08:00:00Z</LastModified></${kind}>`;
const list = line("DeleteMarker", "gone", 3, true) + line("Version", "data", 1);

/** A bucket with an object that was removed; one version cannot be removed for good. */
function made(stays: string) {
  const removed: string[] = [];
  const bucket = {
    must: async (_: string, { query }: { query: Record<string, string> }) => ({
      body: query.prefix?.includes("backup") ? list : "",
    }),
    ask: async (_: string, { query }: { query: Record<string, string> }) => {
      const id = query.versionId ?? "";
      if (id === stays) return { status: 500 };
      removed.push(id);
      return { status: 204 };
    },
  };
  return { removed, owner: new OwnersBucket(bucket as unknown as Bucket, "shop", 7) };
}

describe("what the bucket's owner removes for good", () => {
  const now = new Date("2026-11-26T08:00:00Z");

  it("is an object with all that is left of it", async () => {
    const { owner, removed } = made("none");
    await owner.prune("prod", now, step);
    expect(removed).to.deep.equal(["data", "gone"]);
  });

  it("does not come back when that is broken off", async () => {
    const { owner, removed } = made("data");
    const failed = await owner.prune("prod", now, step).catch((error: Error) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(removed).to.deep.equal([]);
  });
});

describe("the login of the bucket's owner", () => {
  it("is a file; a directory, or nothing, is refused with what is needed", () => {
    const project = { config: { backups: {} }, cloud: { backups: {} } } as unknown as Project;
    for (const file of [undefined, "/nowhere/owner.env", "/tmp"])
      expect(() => openOwnersBucket(project, file), file).to.throw("--login needs a file with");
  });
});
