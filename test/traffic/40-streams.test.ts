import { once } from "node:events";
import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { addLink, openEvents, openSocket, releaseAt, type Stream } from "./streams.ts";

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
    it(`${what}: goes on over it, is ${ending} by the old release, and finds the new release`, async () => {
      const { address, image, release } = await stage.serving();
      const stream = await open(address, stage.host);
      expect(stream.release).to.equal(release);

      const next = images.find((other) => other !== image) ?? "";
      const deploy = stage.run("deploy.sh", "stage", "--image", next);
      await Promise.race([releaseAt(address, stage.host, (name) => name !== release), deploy]);
      expect(stream.ending, "how it ended before the switch").to.equal(undefined);
      const before = stream.messages;
      await addLink(address, stage.host, `stream-${index}`);
      await stream.message(before + 1);

      await deploy;
      await Promise.race([stream.ended, once(AbortSignal.timeout(120_000), "abort")]);
      expect(stream.ending).to.equal(ending); // one that is killed says nothing

      const again = await open(address, stage.host);
      expect(again.release).to.equal((await stage.serving()).release);
      expect(again.release).to.not.equal(release);
      again.close();
    });
  }
});
