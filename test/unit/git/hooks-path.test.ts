import { expect } from "chai";
import { decide, parseAction } from "../../../cli/commands/hooks.ts";

describe("scripts/hooks.sh", () => {
  it("installs once, and takes the place of where the hooks were", () => {
    const set = ["core.hooksPath", "scripts/git-hooks"];
    expect(decide("install", "").args).to.deep.equal(set);
    expect(decide("install", ".githooks").args).to.deep.equal(set);
    expect(decide("install", "scripts/git-hooks")).to.deep.equal({
      args: [],
      say: "the hooks are installed already",
    });
  });

  it("removes only what is ours", () => {
    const unset = ["--unset", "core.hooksPath"];
    expect(decide("remove", "scripts/git-hooks").args).to.deep.equal(unset);
    expect(decide("remove", ".githooks").args).to.deep.equal(unset);
    expect(decide("remove", "")).to.deep.equal({ args: [], say: "there are none" });
    for (const action of ["install", "remove"] as const) {
      expect(() => decide(action, ".husky")).to.throw(/core\.hooksPath is \.husky, which is not/);
    }
  });

  it("knows what was meant", () => {
    expect(parseAction("remove")).to.equal("remove");
    expect(() => parseAction(undefined)).to.throw(/which command\? install or remove/);
    expect(() => parseAction("instal")).to.throw(/unknown: instal; did you mean install\?/);
  });
});
