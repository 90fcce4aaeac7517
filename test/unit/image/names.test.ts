import { expect } from "chai";
import { branchTag } from "../../../cli/image/branch-tag.ts";
import { imageReference } from "../../../cli/image/image.ts";
import { mountOption } from "../../../cli/image/own-registry.ts";
import { pinOf } from "../../../cli/image/pins.ts";
import { exchangeHost } from "../../../cli/image/registry.ts";
import { root } from "../../../config/load.ts";

describe("an image's names", () => {
  it("by the branch have only what a tag may have", () => {
    expect(branchTag("feature/new text")).to.equal("feature-new-text");
    expect(branchTag("-.Ümlaut/🚀")).to.equal("mlaut--");
    expect(branchTag("a".repeat(200))).to.have.length(128);
    expect(branchTag("---")).to.equal("");
  });

  it("lead to the registry on this computer, and those of other registries to theirs", () => {
    const [vm, here] = ["127.0.0.1:5077", "127.0.0.1:49152"];
    expect(exchangeHost(`${vm}/shop/app:1`, vm, here)).to.equal(`${here}/shop/app:1`);
    expect(exchangeHost("ghcr.io/a/b:1", vm, here)).to.equal("ghcr.io/a/b:1");
    expect(exchangeHost(`${vm}0/a/b:1`, vm, here)).to.equal(`${vm}0/a/b:1`);
  });

  it("on the VM are by digest, and hold nothing that a shell would take for its own", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    expect(imageReference.safeParse(`a.test:5000/b/c@${digest}`).success).to.equal(true);
    for (const wrong of [`a.test/b:1`, `$(id)@${digest}`, `a b@${digest}`, `a@${digest}\n; id`]) {
      expect(imageReference.safeParse(wrong).success, wrong).to.equal(false);
    }
  });
});

describe("the registry on this computer", () => {
  it("keeps its data in a directory with any name", () => {
    expect(mountOption("/a b/c:d", "/data")).to.equal("type=bind,source=/a b/c:d,target=/data");
    expect(mountOption('/a,b"', "/data")).to.equal('type=bind,"source=/a,b""",target=/data');
  });

  it("is of the pinned version", () => {
    expect(pinOf(root, "REGISTRY_IMAGE")).to.match(/^registry:\d+\.\d+\.\d+$/);
    expect(() => pinOf(root, "NO_SUCH_PIN")).to.throw("NO_SUCH_PIN");
  });
});
