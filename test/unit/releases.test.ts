import { expect } from "chai";
import { parseReleases, renderReleases } from "../../operator/releases.ts";

const line = (action: string, release: string, result: string, kept: string) =>
  [
    "2026-01-01T00:00:00Z",
    action,
    release,
    "registry.test/app@sha256:0",
    "0123456789abcdef",
    "me@shop.test",
    result,
    "7",
    kept,
  ].join("\t");

describe("the list of releases", () => {
  const text = [
    line("release", "aaaaaaaaaaaa-1111", "served", "yes"),
    line("release", "bbbbbbbbbbbb-2222", "failed", "no"),
    line("rollback", "aaaaaaaaaaaa-1111", "served", "yes"),
  ].join("\n");

  it("marks what serves once, where it came to serve", () => {
    const releases = parseReleases(text, "aaaaaaaaaaaa-1111");
    expect(releases.map((release) => release.serving)).to.deep.equal([false, false, true]);
    expect(releases[1]).to.include({ result: "failed", seconds: 7, kept: false });
  });

  it("reads well as a table, newest first", () => {
    const table = renderReleases(parseReleases(text, "aaaaaaaaaaaa-1111"));
    expect(table.split("\n")).to.deep.equal([
      "   WHEN                 WHAT      RELEASE            COMMIT   BY            RESULT  TIME  ROLLBACK",
      "*  2026-01-01 00:00:00  rollback  aaaaaaaaaaaa-1111  0123456  me@shop.test  served  7 s   serves",
      "   2026-01-01 00:00:00  release   bbbbbbbbbbbb-2222  0123456  me@shop.test  failed  7 s   -",
      "   2026-01-01 00:00:00  release   aaaaaaaaaaaa-1111  0123456  me@shop.test  served  7 s   possible",
    ]);
  });

  it("says when there is none", () => {
    expect(renderReleases([])).to.equal("nothing was released yet");
  });
});
