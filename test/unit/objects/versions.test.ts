import { expect } from "chai";
import { outdated, replacing } from "../../../cli/backups/versions.ts";
import { readVersions, type Version } from "../../../cli/objects/versions.ts";

const xml = `<?xml version="1.0"?><ListVersionsResult><IsTruncated>false</IsTruncated>
<Version><Key>shop/a&amp;b</Key><VersionId>v1</VersionId><IsLatest>false</IsLatest><LastModified>2026-11-26T08:00:00Z</LastModified></Version>
<DeleteMarker><Key>shop/a&amp;b</Key><VersionId>v2</VersionId><IsLatest>true</IsLatest><LastModified>2026-11-26T08:00:00Z</LastModified></DeleteMarker>
</ListVersionsResult>`;
const version = (key: string, id: string, day: number, more: Partial<Version> = {}): Version => ({
  ...{ key, id, deleted: false, latest: false, made: new Date(Date.UTC(2026, 10, day)) },
  ...more,
});
const ids = (versions: Version[]) => versions.map(({ id }) => id).sort();

describe("the versions of what is stored", () => {
  it("are read from S3's list, with those that say that something was deleted", () => {
    const made = new Date("2026-11-26T08:00:00Z");
    expect(readVersions(xml)).to.deep.equal([
      { key: "shop/a&b", id: "v1", deleted: false, latest: false, made },
      { key: "shop/a&b", id: "v2", deleted: true, latest: true, made },
    ]);
  });

  it("are as old as an id says that holds a time", () => {
    const [version] = readVersions(xml.replace("v1", "01ARZ3NDEKTSV4RRFFQ69G5FAV"));
    expect(version?.made.toISOString()).to.equal("2016-07-30T23:54:10.259Z");
  });

  it("are outdated when they were replaced or removed before a moment", () => {
    const stored = [
      ...[version("kept", "k1", 1, { latest: true })],
      ...[version("replaced", "r1", 1), version("replaced", "r2", 5, { latest: true })],
      ...[version("lately", "l1", 1), version("lately", "l2", 15, { latest: true })],
      ...[version("gone", "g1", 1), version("gone", "g2", 5, { deleted: true, latest: true })],
    ];
    expect(ids(outdated(stored, new Date(Date.UTC(2026, 10, 10))))).to.deep.equal([
      ...["g1", "g2", "r1"],
    ]);
  });

  it("that were put over something since a moment are found, of the same second too; new things are left", () => {
    const since = new Date(Date.UTC(2026, 10, 10));
    const stored = [
      ...[version("erased", "e1", 1), version("erased", "e2", 12, { deleted: true, latest: true })],
      ...[version("twice", "t1", 1), version("twice", "t2", 12), version("twice", "t3", 12)],
      ...[version("new", "n1", 12), version("new", "n2", 12, { deleted: true, latest: true })],
      ...[version("expired", "x1", 1), version("expired", "x2", 5, { deleted: true })],
      version("expired", "x3", 12, { latest: true }),
    ];
    expect(ids(replacing(stored, since))).to.deep.equal(["e2", "t2", "t3"]);
  });
});
