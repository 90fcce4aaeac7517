import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Edge } from "./edge.ts";
import { lead } from "./release.ts";

describe("a request, on its way through Traefik", () => {
  const edge = new Edge();
  const uploads: Record<string, Promise<number | undefined>> = {};

  before(async () => {
    await edge.start();
    await lead(edge, "blue");
    uploads["in chunks"] = slowly(13, 5000, { "transfer-encoding": "chunked" });
    uploads["with its length"] = slowly(13, 5000, { "content-length": 13 });
    uploads["by HTTP/2"] = slowlyByHttp2(13, 5000);
    for (const upload of Object.values(uploads)) upload.catch(() => {}); // the test itself says so
  });
  after(() => edge.stop());

  /** Uploads a byte, waits, and so on; the status in the end. */
  async function slowly(
    bytes: number,
    pause: number,
    form: Record<string, string | number>,
  ): Promise<number | undefined> {
    const [host, port] = edge.address.split(":");
    const headers = { host: edge.host, "x-last": "1", ...form };
    const sent = request({ host, port, method: "POST", headers, agent: false });
    const answer = once(sent, "response") as Promise<[IncomingMessage]>;
    answer.catch(() => {});
    for (let at = 0; at < bytes; at++) {
      sent.write("x");
      await Promise.race([answer, sleep(pause)]);
    }
    sent.end();
    const [response] = await answer;
    response.resume();
    return response.statusCode;
  }

  async function slowlyByHttp2(bytes: number, pause: number): Promise<number | undefined> {
    const session = connect(`http://${edge.address}`);
    try {
      const to = { ":method": "POST", ":path": "/", ":authority": edge.host, "x-last": "1" };
      const stream = session.request(to);
      const answer = once(stream, "response") as Promise<[{ ":status"?: number }]>;
      answer.catch(() => {});
      for (let at = 0; at < bytes; at++) {
        stream.write("x");
        await Promise.race([answer, sleep(pause)]);
      }
      stream.end();
      return (await answer)[0][":status"];
    } finally {
      session.destroy();
    }
  }

  for (const path of [
    "/a//b",
    "//a",
    "/a/./b/../c",
    "/proxy/https://example.org/",
    "/a;version=1/b",
    "/a%2Fb%3Bc%25d",
    "/a?b=1&c=%3B&&d",
  ]) {
    it(`has the path ${path} for the app too`, async () => {
      const { status, headers } = await edge.ask("GET", {}, path);
      expect(status).to.equal(200);
      expect(headers["x-url"]).to.equal(path);
    });
  }

  it("keeps a semicolon in its query one of the value's, encoded", async () => {
    const { headers } = await edge.ask("GET", {}, "/?a=1;b=2");
    expect(headers["x-url"]).to.equal("/?a=1%3Bb=2");
  });

  it("does not use a connection that the app may just be closing", async () => {
    expect(await edge.ask("POST")).to.include({ status: 200, slot: "blue" });
    await sleep(2500); // the app closes what was idle for 2 s; Traefik has done so before
    const { headers } = await edge.ask("POST");
    expect(headers["x-closed"]).to.equal("0");
  });

  for (const form of ["in chunks", "with its length", "by HTTP/2"]) {
    it(`may bring its body slowly, for longer than a minute, ${form}`, async () => {
      expect(await uploads[form]).to.equal(200);
    });
  }
});
