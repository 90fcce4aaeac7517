import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import { freeAt, needSpace, needSpaceOnVm } from "../../../cli/image/space.ts";

describe("the space for an image", () => {
  it("is measured where the directory will be", async () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox-space-"));
    try {
      const free = await freeAt(join(directory, "not/yet"));
      expect(free).to.be.above(0);
      await needSpace(join(directory, "not/yet"), 0);
      const error = await needSpace(join(directory, "not/yet"), 1e9).catch((e) => e);
      expect(error).to.be.instanceOf(RefusedError);
      expect(error.message).to.match(
        /^no disk space for the image: .*\/not\/yet has \d+ MB free, 1000000000 MB are needed$/,
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("on the VM is the image's, and some to spare", () => {
    const image = 100 * 1_048_576;
    expect(() => needSpaceOnVm(356, image)).not.to.throw();
    expect(() => needSpaceOnVm(355, image)).to.throw(
      RefusedError,
      "the VM has 355 MB free, 356 MB are needed; scripts/ssh.sh docker system df",
    );
  });
});
