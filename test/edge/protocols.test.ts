import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { expect } from "chai";
import { limits, plainApp } from "../support/limits.ts";
import { Edge } from "./edge.ts";
import { lead } from "./release.ts";

describe("an app that speaks HTTP/2 only, behind Traefik", () => {
  const edge = new Edge();
  let session: ClientHttp2Session;

  before(async () => {
    await edge.start();
    await lead(edge, "blue", {
      app: { ...plainApp, port: 3002, protocol: "h2c" },
      paths: [{ path: "/plain", port: 3000, protocol: "http" }],
      limits: { of: { ...limits, body: 1, upload: 60, answer: 60 }, proxies: [], longest: 600 },
    });
    session = connect(`http://${edge.address}`);
  });
  after(() => {
    session?.destroy();
    edge.stop();
  });

  it("is visited by HTTP/1.1 too, and another of its ports speaks that", async () => {
    expect(await edge.ask()).to.include({ status: 200, slot: "blue:3002" });
    expect(await edge.ask("GET", {}, "/plain")).to.include({ status: 200, slot: "blue" });
  });

  it("converses in a gRPC stream: each message is answered before the next is sent", async () => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/shop.Cart/Watch",
      ":authority": edge.host,
      "content-type": "application/grpc",
      te: "trailers",
    });
    const trailers = once(stream, "trailers");
    trailers.catch(() => {});
    for (const message of ["one", "two", "three"]) {
      stream.write(message);
      const [piece] = (await once(stream, "data")) as [Buffer];
      expect(piece.toString()).to.equal(message);
    }
    stream.end();
    expect((await trailers)[0]).to.include({ "grpc-status": "0" });
  });

  it("leaves Traefik without a complaint", () => {
    expect(edge.complaints()).to.deep.equal([]);
  });
});
