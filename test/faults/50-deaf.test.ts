import { stage } from "../stage/use.ts";
import { pushImage, withFault } from "./bad-images.ts";
import { expectSuccess, good, other } from "./shared.ts";

describe("an app that does not hear SIGTERM", () => {
  it("is released; the releases after it lose nothing and end in time", async () => {
    const deaf = pushImage(stage, good[0] ?? "", "deaf", withFault("deaf"));
    const next = await other();
    const last = good.find((image) => image !== next) ?? "";
    const brisk = ["--config", "test/fixtures/brisk.config.ts"];
    for (const image of [deaf, next, last]) await expectSuccess(image, ...brisk); // mocha's timeout ends a hang
  });
});
