import { expect } from "chai";
import { readHistory } from "../../../cli/vm/answers.ts";
import { recordsOf, renderReleases } from "../../../cli/vm/releases.ts";

const line = (action: string, release: string, result: string, kept: string) =>
  JSON.stringify({
    ...{ onebox: 1, kind: "history", started: "2026-01-01T00:00:00Z", action, release },
    ...{ image: "registry.test/app@sha256:0", commit: "0123456789abcdef", by: "me@shop.test" },
    ...{ result, seconds: "7", kept },
  });

describe("the list of releases", () => {
  const text = [
    line("release", "aaaaaaaaaaaa-1111", "served", "yes"),
    line("release", "bbbbbbbbbbbb-2222", "failed", "no"),
    line("rollback", "aaaaaaaaaaaa-1111", "served", "yes"),
  ].join("\n");

  it("marks what serves once, where it came to serve", () => {
    const releases = recordsOf(readHistory(text), "aaaaaaaaaaaa-1111");
    expect(releases.map((release) => release.serving)).to.deep.equal([false, false, true]);
    expect(releases[1]).to.include({ result: "failed", seconds: 7, kept: false });
  });

  it("reads well as a table, newest first", () => {
    const table = renderReleases(recordsOf(readHistory(text), "aaaaaaaaaaaa-1111"));
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
