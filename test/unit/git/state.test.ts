import { expect } from "chai";
import { submodulesIn } from "../../../cli/git/export.ts";
import { readState } from "../../../cli/git/state.ts";
import { shortCommit } from "../../../cli/git/tree.ts";

const zeros = "0".repeat(40);
const changed = (state: string, path: string) =>
  `1 .M ${state} 100644 100644 100644 ${zeros} ${zeros} ${path}`;
const text = (...entries: string[]) => entries.map((entry) => `${entry}\0`).join("");

describe("what is checked out", () => {
  it("is the commit's where git lists nothing", () => {
    expect(readState("")).to.deep.equal({ differs: false, submodules: [], conflicts: [] });
  });

  it("differs by a changed, a new and a moved file", () => {
    const moved = `2 R. N... 100644 100644 100644 ${zeros} ${zeros} R100 new\0S.M. old`;
    for (const entry of [changed("N...", "a"), "? new file", moved]) {
      const differs = { differs: true, submodules: [], conflicts: [] };
      expect(readState(text(entry)), entry).to.deep.equal(differs);
    }
  });

  it("names what a merge has left in conflict", () => {
    const modes = "100644 100644 100644 100644";
    const names = `${zeros} ${zeros} ${zeros}`;
    const { conflicts } = readState(text(`u UU N... ${modes} ${names} a b`, changed("N...", "c")));
    expect(conflicts).to.deep.equal(["a b"]);
  });

  it("names submodules with changes of their own, not those at another commit", () => {
    const state = readState(
      text(changed("S.M.", "lib/a b"), changed("S..U", "lib/c"), changed("SC..", "lib/d")),
    );
    expect(state.submodules).to.deep.equal(["lib/a b", "lib/c"]);
  });

  it("holds the submodules that the tree lists", () => {
    const listed = text(
      `100644 blob ${zeros}\ta`,
      `160000 commit ${zeros}\tlib/a\nb`,
      `120000 blob ${zeros}\t160000 commit 0`,
    );
    expect(submodulesIn(listed)).to.deep.equal([{ path: "lib/a\nb", commit: zeros }]);
  });

  it("is named in seven digits", () => {
    expect(shortCommit(`${"a".repeat(40)}-dirty`)).to.equal("aaaaaaa-dirty");
    expect(shortCommit("unknown")).to.equal("unknown");
  });
});
