import { expect } from "chai";
import config from "../../onebox.config.ts";
import { pushImage, withFault } from "./bad-images.ts";
import { expectSuccess, good, stage } from "./shared.ts";

/** What a deploy takes beyond the deadlines of a release that has to be killed. */
const slack = 60;

describe("an app that does not hear SIGTERM", () => {
  it("is released; the releases after it lose nothing and end in time", async () => {
    const deaf = pushImage(stage, good[0] ?? "", "deaf", withFault("deaf"));
    const { streams, requests } = config.app.drain;
    for (const image of [deaf, ...good]) {
      const { seconds } = await expectSuccess(image);
      expect(seconds).to.be.lessThan(streams + requests + slack);
    }
  });
});
