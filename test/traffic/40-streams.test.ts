import { once } from "node:events";
import { expect } from "chai";
import config from "../../onebox.config.ts";
import { stage } from "./shared.ts";
import { addLink, openEvents, openSocket, releaseAt, type Stream } from "./streams.ts";

/** What stopping the app takes beyond the deadline for streams (s). */
const slack = 8;

describe("streams over a switch", () => {
  let images: string[];
  before(async () => {
    images = await stage.images(2);
  });

  const ways: [string, (address: string, host: string) => Promise<Stream>, string][] = [
    ["a WebSocket", openSocket, "closed with 1001"],
    ["server-sent events", openEvents, "ended"],
  ];
  for (const [index, [what, open, ending]] of ways.entries()) {
    it(`${what}: goes on over it, is ${ending} within its deadline, and finds the new release`, async () => {
      const { address, image, release } = await stage.serving();
      const stream = await open(address, stage.host);
      expect(stream.release).to.equal(release);

      const next = images.find((other) => other !== image) ?? "";
      const deploy = stage.run("deploy.sh", "stage", "--image", next);
      await Promise.race([releaseAt(address, stage.host, (name) => name !== release), deploy]);
      const switched = performance.now();
      expect(stream.ending, "how it ended before the switch").to.equal(undefined);
      const before = stream.messages;
      await addLink(address, stage.host, `stream-${index}`);
      await stream.message(before + 1);

      await deploy;
      await Promise.race([stream.ended, once(AbortSignal.timeout(60_000), "abort")]);
      const seconds = (performance.now() - switched) / 1000;
      expect(stream.ending).to.equal(ending);
      expect(seconds).to.be.lessThan(config.app.drain.streams + config.app.watch + slack);

      const again = await open(address, stage.host);
      expect(again.release).to.equal((await stage.serving()).release);
      expect(again.release).to.not.equal(release);
      again.close();
    });
  }
});
