import { expect } from "chai";
import {
  builds,
  orderOf,
  parseGuarded,
  parseShare,
  readReference,
} from "../../../cli/deploy/options.ts";
import { RefusedError } from "../../../cli/errors.ts";

describe("what a deploy is asked for", () => {
  it("is the commit's image for stage only, unless another one is named", () => {
    expect(builds(orderOf("stage", {}))).to.equal(true);
    expect(builds(orderOf("prod", {}))).to.equal(false);
    expect(builds(orderOf("stage", { image: "x/y:z" }))).to.equal(false);
  });
  it("may be a canary, with the share that was named", () => {
    expect(orderOf("prod", {}).canary).to.equal(undefined);
    expect(orderOf("prod", { canary: 5 }).canary).to.deep.equal({ share: 5, sticky: false });
    expect(orderOf("prod", { canary: 5, sticky: true }).canary).to.include({ sticky: true });
    expect(() => orderOf("prod", { sticky: true })).to.throw(RefusedError, "--sticky belongs to");
  });
  it("has a share from 1 to 99", () => {
    for (const text of ["1", "99"]) expect(parseShare(text)).to.equal(Number(text));
    for (const text of ["0", "100", "05", "1.5", "-1", "x", ""]) {
      expect(() => parseShare(text), text).to.throw(RefusedError, "1 to 99");
    }
  });
  it("may replace several things, each by its name", () => {
    expect(parseGuarded("address", parseGuarded("server", undefined))).to.deep.equal([
      "server",
      "address",
    ]);
    for (const text of ["disk", "", "Server"]) {
      expect(() => parseGuarded(text, undefined), text).to.throw(RefusedError, "--may-replace");
    }
  });
  it("names an image with its registry, before anything is started", () => {
    expect(readReference("ghcr.io/a/b:c")).to.equal("ghcr.io/a/b:c");
    expect(() => readReference("")).to.throw(RefusedError, "--image needs");
    expect(() => readReference("nginx")).to.throw(RefusedError, 'unknown image: "nginx" is not');
    expect(() => readReference("ghcr.io/A/b")).to.throw(RefusedError, "names are in lower case");
  });
});
