import { pushImage, withFault } from "./bad-images.ts";
import { expectSuccess, good, stage } from "./shared.ts";

describe("an app that does not hear SIGTERM", () => {
  it("is released; the releases after it lose nothing and end in time", async () => {
    const deaf = pushImage(stage, good[0] ?? "", "deaf", withFault("deaf"));
    for (const image of [deaf, ...good]) await expectSuccess(image); // mocha's timeout ends a hang
  });
});
