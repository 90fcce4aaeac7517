import { expect } from "chai";
import { readFacts } from "../../../cli/release/facts.ts";
import { problemsOf } from "../../support/problems.ts";

describe("what a run has found out about a release", () => {
  const image = `ghcr.io/acme/shop@sha256:${"0".repeat(64)}`;
  const commit = "a".repeat(40);
  const by = "me@shop.test";

  it("is taken in its form", () => {
    expect(readFacts({ by, image, commit: `${commit}-dirty` })).to.deep.equal({
      ...{ image, commit: `${commit}-dirty`, branch: "" },
      delivery: { by, expires: undefined },
    });
    const told = { by, image, commit, canary: "10", sticky: true, expires: "1800000000" };
    expect(readFacts({ ...told, branch: "x/Ü" })).to.deep.equal({
      ...{ image, commit, branch: "x/Ü" },
      delivery: { by, expires: 1_800_000_000, canary: { share: 10, sticky: true } },
    });
    const reference = "0123456789ab-cdef";
    expect(readFacts({ by, image, reference })).to.deep.equal({ by, image, reference });
  });

  it("is refused in any other, in a line that no terminal obeys", () => {
    const problems = (values: object) => problemsOf(() => readFacts(values));
    expect(problems({ by, image: "app\u001b[2J@sha256:1; id", commit: "$(id)" })).to.deep.equal([
      "this is no image with its digest: app?[2J@sha256:1; id",
      "this is no commit: $(id)",
    ]);
    expect(problems({ by, image, reference: "a'b" })).to.deep.equal([
      "this is no release's name: a'b",
    ]);
    for (const wrong of [{ by: "a b" }, { canary: "0" }, { canary: "100" }, { expires: "soon" }]) {
      expect(problems({ by, image, commit, ...wrong }), JSON.stringify(wrong)).to.have.length(1);
    }
  });
});
