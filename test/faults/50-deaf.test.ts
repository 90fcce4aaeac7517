import { expect } from "chai";
import config from "../../onebox.config.ts";
import { pushImage, withFault } from "./bad-images.ts";
import { deployUnderLoad, stage } from "./shared.ts";

/** What a deploy takes beyond the deadlines of a release that has to be killed. */
const slack = 60;

describe("an app that does not hear SIGTERM", () => {
  it("is released; the releases after it lose nothing and end in time", async () => {
    const [good = "", other = ""] = await stage.images(2);
    const deaf = pushImage(stage, good, "deaf", withFault("deaf"));
    const { streams, requests } = config.app.drain;
    for (const image of [deaf, good, other]) {
      const { run } = await deployUnderLoad(image);
      expect(run.code, run.output).to.equal(0);
      expect(run.seconds).to.be.lessThan(streams + requests + slack);
    }
    expect((await stage.serving()).image).to.equal(other);
  });
});
