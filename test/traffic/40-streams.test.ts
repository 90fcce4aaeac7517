import { once } from "node:events";
import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { addLink, openEvents, openSocket, releaseAt, type Stream } from "./streams.ts";

describe("streams over a switch", () => {
  const ways = [
    { what: "a WebSocket", open: openSocket, ending: "closed with 1001" },
    { what: "server-sent events", open: openEvents, ending: "ended" },
  ];
  const streams: Stream[] = [];
  let address: string;
  let release: string;
  let deploy: Promise<unknown>;

  before(async () => {
    const images = await stage.images(2);
    const serving = await stage.serving();
    ({ address, release } = serving);
    for (const { open } of ways) streams.push(await open(address, stage.host));
    const next = images.find((image) => image !== serving.image) ?? "";
    deploy = stage.run("deploy.sh", "stage", "--image", next);
    await Promise.race([releaseAt(address, stage.host, (name) => name !== release), deploy]);
  });
  after(() => {
    for (const stream of streams) stream.close();
  });

  it("go on over it, with what the new release has to tell", async () => {
    for (const stream of streams) {
      expect([stream.release, stream.ending]).to.deep.equal([release, undefined]);
    }
    const before = streams.map(({ messages }) => messages);
    await addLink(address, stage.host, "stream");
    for (const [index, stream] of streams.entries()) await stream.message((before[index] ?? 0) + 1);
  });

  for (const [index, { what, open, ending }] of ways.entries()) {
    it(`${what} is ${ending} by the old release, and finds the new one`, async () => {
      const stream = streams[index] as Stream;
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
