import { stage } from "../stage/use.ts";
import { pushImage, withWeight } from "./bad-images.ts";
import { loseLayer, relabel } from "./registry.ts";
import { some } from "./sample.ts";
import { expectFailure, good } from "./shared.ts";

const faults: Record<string, () => Promise<void>> = {
  "lacks a layer in the registry": async () => {
    const image = pushImage(stage, good[0] ?? "", "incomplete", withWeight(1));
    await loseLayer(image, stage.clone.directory);
    await expectFailure(image, { error: /the image \S+ could not be pulled: \S/ });
  },

  "is for another processor": async () => {
    const image = pushImage(stage, good[0] ?? "", "arm64", withWeight(1));
    await relabel(image, "arm64");
    await expectFailure(image, { error: /the image is for arm64, this VM is amd64/ });
  },

  "finds no space on the VM's disk": async () => {
    const image = pushImage(stage, good[0] ?? "", "heavy", withWeight(8));
    const place = "/var/lib/docker/tmp"; // where Docker puts a layer that it is downloading
    await stage.onVm(`mkdir -p ${place} && mount -t tmpfs -o size=1m tmpfs ${place}`);
    try {
      await expectFailure(image, { error: /could not be pulled: .*no space left on device/ });
    } finally {
      await stage.onVm(`umount ${place}`);
    }
  },
};

describe("an image that", () => {
  for (const [what, test] of some(Object.entries(faults))) {
    it(`${what} is not released, and nobody notices`, test);
  }
});
