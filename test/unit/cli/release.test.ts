import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import {
  checkRelease,
  noRelease,
  releaseIn,
  releaseVariables,
} from "../../../cli/release/release.ts";
import type { Slot } from "../../../cli/vm/answers.ts";

const image = `registry.test/app@sha256:${"ab".repeat(32)}`;
const commit = "c".repeat(40);
const name = "abababababab-1234";

describe("a release", () => {
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
    expect(releaseVariables({ name, image, commit }, "/s/stage.x", 5)).to.deep.equal({
      ...{ image, release: name, release_files: "/s/stage.x", wait: "5" },
    });
  });
});
