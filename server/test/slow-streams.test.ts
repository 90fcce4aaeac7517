import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { pino } from "pino";
import { createStreams, type Peer, type Streams } from "../streams.ts";
import { until } from "./stream-clients.ts";

describe("a peer that is slow", () => {
  let changed: () => void;
  let streams: Streams;
  let version: number;
  const begin = (beat: number) => {
    version = 1;
    streams = createStreams({
      snapshot: async () => String(version),
      follow: (tell) => {
        changed = tell;
        return () => {};
      },
      log: pino({ level: "silent" }),
      beat,
    });
  };
  afterEach(() => streams.close());

  const peer = () => {
    const seen: string[] = [];
    let take = () => {};
    const write: Peer["write"] = (message, written) => {
      seen.push(message);
      take = written;
    };
    const leave = streams.join({
      write,
      ping: () => seen.push("ping"),
      end: () => seen.push("end"),
      cut: () => {
        seen.push("cut");
        leave();
      },
    });
    return { seen, take: () => take() };
  };

  it("skips what it was too slow for", async () => {
    begin(600_000); // none while this test lasts: it is not to be cut
    const { seen, take } = peer();
    await until(() => seen.length === 1);
    for (version = 2; version < 5; version++) {
      changed();
      await sleep(50);
    }
    expect(seen).to.deep.equal(["1"]);
    take();
    await until(() => seen.length === 2);
    expect(seen).to.deep.equal(["1", "5"]);
  });

  it("is cut when it takes nothing for a whole beat", async () => {
    begin(400);
    const { seen } = peer();
    await until(() => seen.includes("cut"));
    expect(seen).to.deep.equal(["1", "cut"]);
  });

  it("is cut when it does not go although the process stops", async () => {
    begin(600_000);
    const { seen, take } = peer();
    await until(() => seen.length === 1);
    take();
    streams.close();
    expect(seen).to.deep.equal(["1", "end"]);
    await until(() => seen.includes("cut"));
  });
});
