import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startCloud, type TestCloud } from "../../emulator/test/support/cloud.ts";
import { freePort } from "../../emulator/test/support/ports.ts";
import { inspect, describe as inWords } from "../../operator/certificates.ts";
import {
  type LocalAuthority,
  startAuthority,
  stopAuthority,
} from "../../operator/local-authority.ts";
import { renderRoutes } from "../../stacks/routes.ts";
import { Edge, type Ports } from "./edge.ts";
import { ask, shake } from "./visitor.ts";

const day = 86_400;
const hosts = {
  own: "stage.shop.test",
  all: ["stage.shop.test", "shop.test"],
  redirects: ["www.shop.test"],
};
const everyHost = [...hosts.all, ...hosts.redirects];

describe("HTTPS, with the real Traefik, Pebble and a name server", () => {
  const place = mkdtempSync(join(tmpdir(), "onebox-https-"));
  let authority: LocalAuthority;
  let cloud: TestCloud;
  let app: Server;
  let edge: Edge;
  let ports: Ports;
  let ca: string;

  /** Starts an authority whose certificates last so long, in seconds. */
  async function foundAuthority(lifetime: number): Promise<void> {
    const [address, nameserver, httpPort] = ["127.0.0.1", cloud.dns, ports.web];
    authority = await startAuthority({ place, address, nameserver, httpPort, lifetime });
    ca = readFileSync(authority.roots, "utf8");
  }
  const secure = (host: string, path = "/", servername = host) =>
    ask({ port: ports.secure, host, path, ca, servername });
  const seen = (host: string) => inspect(host, "127.0.0.1", ports.secure, ca);

  async function until(holds: () => Promise<boolean>, what: string, seconds = 30): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(
      `not so after ${seconds} s: ${what}\n${readFileSync(edge.log, "utf8").slice(-3000)}`,
    );
  }
  /** When each certificate ends, in milliseconds: another one ends later. */
  const ends = () =>
    Promise.all(everyHost.map(async (host) => (await seen(host)).until?.getTime() ?? 0));
  const certified = () =>
    until(async () => {
      const found = await Promise.all(everyHost.map(seen));
      return found.every(({ trouble }) => trouble === "");
    }, "each host has a certificate");

  before(async () => {
    const [web, secure, api] = [
      await freePort("127.0.0.1"),
      await freePort("127.0.0.1"),
      await freePort("127.0.0.1"),
    ];
    ports = { web, secure, api };
    cloud = await startCloud();
    const record = (name: string) => ({ name, type: "A", records: [{ value: "127.0.0.1" }] });
    const zone = { name: "shop.test", mode: "primary", rrsets: ["@", "stage", "www"].map(record) };
    expect((await cloud.api.post("/zones", zone)).status).to.equal(201);
    app = createServer((_request, response) => response.end("the app")).listen(0, "127.0.0.1");
    await once(app, "listening");
    edge = new Edge(place, ports);
    const routes = renderRoutes({
      environment: "stage",
      hosts,
      https: true,
      port: (app.address() as AddressInfo).port,
      paths: [],
      release: "000000000000-0000",
      canary: { weight: "0", rest: "100" },
    })
      .replaceAll("http://stage-blue:", "http://127.0.0.1:")
      .replaceAll("127.0.0.0/8", "127.0.0.9/32"); // here visitors are on loopback too
    for (const [file, line] of [
      ["stage.blue.yml", "slot.blue"],
      ["stage.yml", "route.blue"],
    ] as const) {
      const text = routes.split("\n").find((candidate) => candidate.startsWith(`${line} `)) ?? "";
      writeFileSync(join(edge.routes, file), text.slice(line.length + 1));
    }
    await foundAuthority(45 * day);
    edge.start(authority);
  });
  after(async () => {
    await edge.stop();
    stopAuthority(place);
    app.close();
    await cloud.stop();
    rmSync(place, { recursive: true });
  });

  it("each host gets a certificate that a browser would take, without anybody's doing", async () => {
    await certified();
    for (const host of hosts.all) {
      const { status, body } = await secure(host);
      expect({ status, body }, host).to.deep.equal({ status: 200, body: "the app" });
    }
  });

  it("a redirect leads from HTTPS to HTTPS", async () => {
    const { status, headers } = await secure("www.shop.test", "/a?b=c");
    expect(status).to.equal(301);
    expect(headers.location).to.equal("https://stage.shop.test/a?b=c");
  });

  it("HTTP leads to HTTPS, for good, with path and query, on each host", async () => {
    for (const host of everyHost) {
      const { status, headers } = await ask({ port: ports.web, host, path: "/a?b=c" });
      expect(status, host).to.equal(301);
      expect(headers.location).to.equal(`https://${host}/a?b=c`);
    }
  });

  it("host/ still asks the app by HTTP from Traefik's own loopback", async () => {
    const answer = await ask({ port: ports.web, host: hosts.own, from: "127.0.0.9" });
    expect(answer.headers["x-onebox-release"]).to.equal("000000000000-0000");
  });

  it("every answer says that it is to be HTTPS for a year, and what else is safe", async () => {
    for (const host of everyHost) {
      const { headers } = await secure(host, "/nothing");
      expect(headers, host).to.include({
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin-when-cross-origin",
      });
    }
  });

  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    it(`${version} is spoken`, async () => {
      const { protocol } = await shake({ port: ports.secure, servername: hosts.own, version });
      expect(protocol).to.equal(version);
    });
  }

  for (const version of ["TLSv1", "TLSv1.1"] as const) {
    it(`${version} is refused`, async () => {
      const { alert } = await shake({ port: ports.secure, servername: hosts.own, version });
      expect(alert).to.match(/ALERT_PROTOCOL_VERSION/);
    });
  }

  for (const ciphers of [
    "AES128-SHA",
    "AES256-GCM-SHA384",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES256-SHA",
  ]) {
    it(`${ciphers} is refused`, async () => {
      const weak = { version: "TLSv1.2" as const, ciphers: `${ciphers}:@SECLEVEL=0` };
      const { alert } = await shake({ port: ports.secure, servername: hosts.own, ...weak });
      expect(alert).to.match(/HANDSHAKE_FAILURE/);
    });
  }

  for (const [what, servername] of [
    ["names nobody", undefined],
    ["names an unknown host", "other.test"],
    ["names an unknown host below ours", "x.shop.test"],
  ] as const) {
    it(`who ${what} gets no certificate`, async () => {
      const { alert, certificate } = await shake({
        port: ports.secure,
        ...(servername && { servername }),
      });
      expect(alert).to.match(/UNRECOGNIZED_NAME/);
      expect(certificate).to.equal(false);
    });
  }

  it("who names another host in the request than in the handshake gets no content", async () => {
    const { status, body } = await secure("other.test", "/", hosts.own);
    expect(status).to.equal(404);
    expect(body).not.to.include("app");
  });

  it("a Traefik that starts with the old volume asks for no certificate", async () => {
    const before = await ends();
    await edge.stop();
    stopAuthority(place); // it could not get any
    edge.start(authority);
    await certified();
    expect(await ends()).to.deep.equal(before);
  });

  it("warns a week before the end, which is after Traefik should have renewed", async () => {
    const found = await seen(hosts.own);
    const now = Date.now();
    expect(inWords(found, new Date(now))).to.deep.equal({
      good: true,
      line: "stage.shop.test for 44 days",
    });
    const { good, line } = inWords(found, new Date(now + 39 * day * 1000));
    expect(good).to.equal(false);
    expect(line).to.match(
      /^error: the certificate of stage.shop.test ends in 5 days, and was not renewed/,
    );
    expect(inWords(await seen("other.test"), new Date(now)).line).to.match(
      /^error: other.test has no certificate: /,
    );
  });

  it("renews in time, and visitors notice nothing", async () => {
    await edge.stop();
    edge.forget();
    await foundAuthority(20 * 60 + 30); // seconds: due half a minute after they were made
    edge.start(authority, "every minute");
    await certified();
    const before = await ends();
    const failures: string[] = [];
    let asked = 0;
    const renewed = async () => {
      for (const host of hosts.all) {
        asked += 1;
        const answer = await secure(host).catch((error) => ({ status: 0, body: String(error) }));
        if (answer.status !== 200) failures.push(`${host}: ${answer.status} ${answer.body}`);
      }
      return (await ends()).every((end, index) => end > (before[index] ?? 0));
    };
    await until(renewed, "each certificate is a new one", 200);
    expect(failures).to.deep.equal([]);
    expect(asked).to.be.above(50);
  });
});
