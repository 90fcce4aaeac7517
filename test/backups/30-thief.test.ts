import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { readBackupList } from "../../cli/backups/list.ts";
import { OwnersBucket } from "../../cli/backups/owner.ts";
import { findWeakness } from "../../cli/backups/protection.ts";
import type { Bucket } from "../../cli/objects/bucket.ts";
import { listVersions } from "../../cli/objects/versions.ts";
import type { Step } from "../../cli/steps.ts";
import { begin, end, site, storage } from "./scene.ts";

const step = (): Step => ({ note: "", progress: () => {}, output: () => {} });

describe("a thief of the VM's login", () => {
  let vms: Bucket;
  let owner: Bucket;
  let moment: Date;

  before(async () => {
    await begin();
    vms = storage.bucket(storage.login);
    owner = storage.bucket(storage.owner);
    await site.sql("INSERT INTO links (url) SELECT 'x' FROM generate_series(1, 1000)");
    await site.must("backup", "full");
    await sleep(1500); // the storage knows seconds
    moment = new Date();
    await sleep(1500);
  });
  after(end);

  const stored = async () => {
    const versions = await listVersions(owner, "tests/backup/");
    return versions.filter(({ latest, deleted }) => latest && !deleted);
  };

  it("can neither remove a version of what is stored, nor let that be done", async () => {
    const versions = await stored();
    expect(versions).to.not.have.length(0);
    for (const { key, id } of versions) {
      const { status } = await vms.ask("DELETE", { key, query: { versionId: id } });
      expect(status, key).to.equal(403);
    }
    expect(await findWeakness(vms, "tests")).to.equal(undefined);
  });

  it("is told of by a deploy where the login may do it", async () => {
    expect(await findWeakness(owner, "tests")).to.equal(
      "the VM's login may delete versions for good",
    );
  });

  it("overwrites and deletes all, and the owner brings it back", async () => {
    for (const [index, { key }] of (await stored()).entries()) {
      const asked =
        index % 2 === 0 ? vms.must("DELETE", { key }) : vms.must("PUT", { key, body: "x" });
      await asked;
    }
    expect((await site.run("drill")).code).to.equal(1);
    const bucket = new OwnersBucket(owner, "tests", 7);
    await bucket.undelete(site.environment as "stage", moment, step());
    expect(readBackupList(await site.must("backups", "list"))).to.have.length(1);
    await site.must("drill");
  });

  it("leaves what the owner prunes later, and nothing else", async () => {
    const late = new Date(Date.now() + 8 * 86_400_000);
    const before = await stored();
    await new OwnersBucket(owner, "tests", 7).prune(site.environment as "stage", late, step());
    const after = await listVersions(owner, "tests/backup/");
    expect(after.map(({ key }) => key).sort()).to.deep.equal(before.map(({ key }) => key).sort());
    await site.must("drill");
  });
});
