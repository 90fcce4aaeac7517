import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Limits } from "../../cli/release/limits.ts";
import type { Routes } from "../../cli/release/routes.ts";
import { limits, plainApp } from "../support/limits.ts";
import { Edge } from "./edge.ts";
import { lead } from "./release.ts";

const MEGABYTE = 1_000_000;

describe("what a request may take, in Traefik", () => {
  const edge = new Edge();
  before(() => edge.start());
  after(() => edge.stop());

  /** Leads to a slot; each test has one of its own, so that it is known when that is in force. */
  async function bound(of: Partial<Limits["of"]>, slot: string, app: Partial<Routes["app"]> = {}) {
    await lead(edge, slot, {
      app: { ...plainApp, ...app },
      limits: { of: { ...limits, ...of }, proxies: [], longest: 600 },
    });
  }

  /** Sends pieces with a pause after each; the status, or "cut". */
  async function send(pieces: Buffer[], headers: Record<string, string | number> = {}, pause = 0) {
    const [host, port] = edge.address.split(":");
    const sent = request({
      ...{ host, port, method: "POST", agent: false },
      headers: { host: edge.host, "x-last": "1", ...headers },
    });
    const answer = Promise.race([
      once(sent, "response").then(([got]) => (got as IncomingMessage).statusCode),
      once(sent, "close").then(() => "cut"),
    ]).catch(() => "cut");
    sent.on("error", () => {}); // the answer may come before everything is sent
    for (const piece of pieces) {
      sent.write(piece);
      if (pause > 0) await Promise.race([answer, sleep(pause)]);
    }
    sent.end();
    const status = await answer;
    sent.destroy();
    return status;
  }
  const chunked = { "transfer-encoding": "chunked" };
  const half = Buffer.alloc(MEGABYTE / 2);

  it("is so many bytes of a body, and 413 to whoever says that more will come", async () => {
    await bound({ body: 1 }, "blue");
    expect(await send([half, half], { "content-length": MEGABYTE })).to.equal(200);
    expect(await send([half], { "content-length": MEGABYTE + 1 })).to.equal(413);
  });

  it("is cut where more comes without having been said", async () => {
    expect(await send([half, half], chunked)).to.equal(200);
    expect(await send([half, half, half], chunked)).not.to.equal(200);
  });

  it("is so long an upload, however long its answer then takes", async () => {
    await bound({ upload: 2 }, "green");
    const piece = Buffer.from("x");
    expect(await send(Array(100).fill(piece), chunked, 500)).not.to.equal(200);
    expect(await send([piece], { ...chunked, "x-wait": 4000 })).to.equal(200);
  });

  it("is so long a silence of the app, and 504 then", async () => {
    await bound({ answer: 2 }, "blue");
    expect(await send([half], { ...chunked, "x-wait": 600_000 })).to.equal(504);
    expect(await send([half], chunked)).to.equal(200);
  });

  it("is a shorter rest of a connection, where the app closes its own soon", async () => {
    await bound({}, "green", { idle: 0.2 });
    const closed = async () => Number((await edge.ask("POST")).headers["x-closed"]);
    const before = await closed();
    await sleep(3000); // the app would have closed what was idle for 2 s
    expect(await closed()).to.equal(before);
  });
});
