import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { renderRoutes } from "../../cli/release/routes.ts";
import { Edge } from "./edge.ts";

describe("a request, on its way through Traefik", () => {
  const edge = new Edge();
  let upload: Promise<number | undefined>;

  before(async () => {
    await edge.start();
    const text = renderRoutes({
      environment: "stage",
      hosts: { own: edge.host, all: [edge.host], redirects: [] },
      https: false,
      port: 3000,
      paths: [],
      release: "000000000000-b1ue",
      limits: { of: { atOnce: 500, perSecond: 0 }, proxies: [] },
    });
    const line = (name: string) => text.split(`${name} `)[1]?.split("\n")[0] ?? "";
    await edge.place("stage.blue.yml", line("slot.blue"), "api", "api@internal");
    await edge.place("stage.yml", line("route.blue"), "stage", "stage-blue");
    upload = slowly(13, 5000);
    upload.catch(() => {}); // the test itself says so
  });
  after(() => edge.stop());

  /** Uploads a byte, waits, and so on; the status in the end. */
  async function slowly(bytes: number, pause: number): Promise<number | undefined> {
    const [host, port] = edge.address.split(":");
    const headers = { host: edge.host, "x-last": "1", "transfer-encoding": "chunked" };
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

  it("may bring its body slowly, for longer than a minute", async () => {
    expect(await upload).to.equal(200);
  });
});
