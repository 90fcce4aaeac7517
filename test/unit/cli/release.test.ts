import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import {
  checkRelease,
  nameRelease,
  noRelease,
  releaseIn,
  releaseVariables,
} from "../../../cli/release/release.ts";
import type { Slot } from "../../../cli/vm/answers.ts";

const image = `registry.test/app@sha256:${"ab".repeat(32)}`;
const commit = "c".repeat(40);
const name = "abababababab-1234";

describe("a release", () => {
  it("is named by its image and by all that it consists of", () => {
    const found = nameRelease(image, ["stack", "hash"]);
    expect(found).to.match(/^abababababab-[0-9a-f]{4}$/);
    expect(nameRelease(image, ["stack", "hash"])).to.equal(found);
    expect(nameRelease(image, ["stack", "other"])).not.to.equal(found);
    expect(nameRelease("none", ["stack"])).to.equal("none");
  });

  it("is what a slot runs; a commit that is none becomes unknown", () => {
    const slot = { release: name, image, commit: "main" } as Slot;
    expect(releaseIn(slot)).to.deep.equal({ name, image, commit: "unknown" });
    expect(releaseIn({ ...slot, commit })).to.deep.equal({ name, image, commit });
    expect(releaseIn(undefined)).to.equal(noRelease);
  });

  for (const [what, release] of Object.entries({
    "an image without a digest": { name, image: "nginx", commit },
    "an image that holds shell": { name, image: `x;reboot@sha256:${"ab".repeat(32)}`, commit },
    "a commit that holds Terraform": { name, image, commit: "%{ for x in y }" },
    "a name that leads elsewhere": { name: "../../etc", image, commit },
    "control characters": { name: "\u001b[2J\n", image, commit },
  })) {
    it(`is refused with ${what}, in a line that steers no terminal`, () => {
      expect(() => checkRelease(release)).to.throw(RefusedError, /^this is no [ -~]+$/);
    });
  }

  it("gives its stack every variable, as text", () => {
    const given = { by: "me", files: "/s/stage", patience: 5 };
    expect(releaseVariables({ name, image, commit }, given)).to.deep.equal({
      ...{ image, release: name, commit, by: "me", wait: "5", secret_files: "/s/stage" },
      ...{ canary: "0", canary_rest: "100", canary_way: "canary" },
    });
    const canary = { percent: 10, sticky: true };
    expect(releaseVariables({ name, image, commit }, given, canary)).to.include({
      ...{ canary: "10", canary_rest: "90", canary_way: "canary-sticky" },
    });
  });
});
