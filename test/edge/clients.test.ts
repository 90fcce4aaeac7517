import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect as connectByHttp2, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import type { Limits } from "../../cli/release/limits.ts";
import { trustProxies } from "../../stacks/traefik.ts";
import { limits } from "../support/limits.ts";
import { Edge } from "./edge.ts";
import { lead } from "./release.ts";

/** Where the tests themselves come from: Docker's networks. */
const proxies = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

describe("Traefik, to a client that asks too much", () => {
  const edge = new Edge((plain) => trustProxies(plain, proxies));
  const open: (ClientRequest | Socket)[] = [];
  before(() => edge.start());
  after(() => {
    for (const one of open) one.destroy();
    edge.stop();
  });

  async function limit(of: Partial<Limits["of"]>, service: string): Promise<void> {
    await lead(edge, service.replace("stage-", ""), {
      limits: { of: { ...limits, ...of }, proxies, longest: 600 },
    });
  }

  const as = (client: string) => ({ "x-forwarded-for": client });

  /** Begins a request that does not end; its status, if it is answered all the same. */
  async function begin(client: string): Promise<number | "under way"> {
    const [host, port] = edge.address.split(":");
    const headers = { host: edge.host, "x-last": "1", "content-length": 2, ...as(client) };
    const sent = request({ host, port, method: "POST", headers, agent: false });
    open.push(sent);
    sent.on("error", () => {});
    sent.write("x");
    const answer = once(sent, "response").then(([got]) => (got as IncomingMessage).statusCode ?? 0);
    return Promise.race([answer, others().then(() => "under way" as const)]);
  }

  /** Others ask meanwhile, and are answered: then it would have been, too. */
  async function others(): Promise<void> {
    for (let at = 0; at < 3; at++) await edge.ask("GET", as("192.0.2.99"));
  }

  it("answers 429 from the limit of requests at a time on, and nobody else", async () => {
    await limit({ atOnce: 3, perSecond: 0 }, "stage-blue");
    const told = [];
    for (let at = 0; at < 5; at++) told.push(await begin("192.0.2.1"));
    expect(told).to.deep.equal(["under way", "under way", "under way", 429, 429]);
    expect((await edge.ask("GET", as("192.0.2.1"))).status).to.equal(429);
    expect((await edge.ask("GET", as("192.0.2.2"))).status).to.equal(200);
  });

  it("answers 429 to more than twice the limit of requests in a second, and nobody else", async () => {
    await limit({ atOnce: 0, perSecond: 1 }, "stage-green");
    const asked = Array.from({ length: 50 }, () => edge.ask("GET", as("192.0.2.1")));
    const told = (await Promise.all(asked)).map(({ status }) => status);
    expect(new Set(told)).to.deep.equal(new Set([200, 429]));
    expect((await edge.ask("GET", as("192.0.2.2"))).status).to.equal(200);
  });

  it("writes down what was asked without its query", async () => {
    await limit({ atOnce: 0, perSecond: 0 }, "stage-blue");
    await edge.ask("GET", as("192.0.2.2"), "/reset?token=s3cret");
    await edge.ask("GET", as("192.0.2.2"), "/the-end");
    const log = edge.log();
    expect(log).to.include('"/reset"').and.not.include("s3cret");
  });

  it("has something left for everybody else beside 2,000 connections that say nothing more", async () => {
    const [host = "", port] = edge.address.split(":");
    const sockets = Array.from({ length: 2000 }, () => {
      const socket = connect(Number(port), host);
      open.push(socket);
      socket.on("error", () => {});
      return once(socket, "connect").then(() => socket.write("GET / HTTP/1.1\r\nHost: "));
    });
    await Promise.all(sockets);
    for (let at = 0; at < 20; at++) {
      expect((await edge.ask("GET", as("192.0.2.3"))).status).to.equal(200);
    }
    expect(edge.survives()).to.equal(true);
  });

  it("has something left for everybody else while one client begins and resets streams without end", async () => {
    await limit({ atOnce: 0, perSecond: 0 }, "stage-blue");
    let reset = 0;
    let floods = true;
    /** As fast as one connection takes them; when Traefik ends it, on another one. */
    async function flood(): Promise<void> {
      while (floods) {
        const session = connectByHttp2(`http://${edge.address}`);
        session.on("error", () => {});
        const closed = new Promise((end) => session.once("close", end));
        while (floods && !session.closed && !session.destroyed) {
          for (let at = 0; at < 100 && !session.closed && !session.destroyed; at++) {
            const stream = session.request({ ":path": "/", ":authority": edge.host });
            stream.on("error", () => {});
            stream.close(constants.NGHTTP2_CANCEL);
            reset++;
          }
          await new Promise(setImmediate);
        }
        session.destroy();
        await closed;
      }
    }
    const flooding = flood();
    try {
      while (reset < 1000) await others();
      for (let at = 0; at < 5; at++)
        expect((await edge.ask("GET", as("192.0.2.3"))).status).to.equal(200);
    } finally {
      floods = false;
      await flooding;
    }
    expect(edge.survives()).to.equal(true);
  });
});
