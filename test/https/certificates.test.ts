import { expect } from "chai";
import { describe as inWords } from "../../cli/certificates.ts";
import { stopCa } from "../../cli/local-ca/ca.ts";
import { PROXY } from "./edge.ts";
import { scan } from "./scanner.ts";
import { day, everyHost, hosts, previews, RELEASE, Site } from "./site.ts";
import { ask, shake } from "./visitor.ts";

describe("HTTPS, with the real Traefik, Pebble and a name server", () => {
  const site = new Site();

  before(async () => {
    await site.open();
    site.edge.start(site.localCa);
  });
  after(() => site.close());

  it("each host gets a certificate that a browser would take, without anybody's doing", async () => {
    await site.certified();
    for (const host of [...hosts.all, ...previews]) {
      const { status, body } = await site.secure(host);
      expect({ status, body }, host).to.deep.equal({ status: 200, body: "the app" });
    }
  });

  it("a redirect leads from HTTPS to HTTPS", async () => {
    const { status, headers } = await site.secure("www.shop.test", { path: "/a?b=c" });
    expect(status).to.equal(301);
    expect(headers.location).to.equal("https://stage.shop.test/a?b=c");
  });

  it("HTTP leads to HTTPS, for good, with path and query, on each host", async () => {
    for (const host of everyHost) {
      const { status, headers } = await ask({ port: site.ports.web, host, path: "/a?b=c" });
      expect(status, host).to.equal(301);
      expect(headers.location).to.equal(`https://${host}/a?b=c`);
    }
  });

  it("host/ still asks the app by HTTP from Traefik's own loopback", async () => {
    const answer = await ask({ port: site.ports.web, host: hosts.own, from: "127.0.0.9" });
    expect(answer.headers["x-onebox-release"]).to.equal(RELEASE);
  });

  for (const [who, from, seenFor] of [
    ["a trusted proxy is believed", PROXY, "198.51.100.9, 127.0.0.7"],
    ["anybody else is not", "127.0.0.8", "127.0.0.8"],
  ] as const) {
    it(`${who} when it names another visitor`, async () => {
      const headers = { "X-Forwarded-For": "198.51.100.9" };
      const answer = await site.secure(hosts.own, { from, headers });
      expect(answer.headers["x-seen-for"]).to.equal(seenFor);
    });
  }

  it("a trusted proxy that asks by HTTP for somebody who asked by HTTPS gets no content", async () => {
    const { port, host } = { port: site.ports.web, host: hosts.own };
    const headers = { "X-Forwarded-Proto": "https" };
    expect((await ask({ port, host, headers, from: PROXY })).status).to.equal(418);
    expect((await ask({ port, host, headers })).status).to.equal(301);
  });

  it("every answer says that it is to be HTTPS for a year, and what else is safe", async () => {
    for (const host of everyHost) {
      const { headers } = await site.secure(host, { path: "/nothing" });
      expect(headers, host).to.include({
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin-when-cross-origin",
      });
    }
  });

  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    it(`${version} is spoken`, async () => {
      const { protocol } = await shake({ port: site.ports.secure, servername: hosts.own, version });
      expect(protocol).to.equal(version);
    });
  }

  for (const version of ["TLSv1", "TLSv1.1"] as const) {
    it(`${version} is refused`, async () => {
      const { alert } = await shake({ port: site.ports.secure, servername: hosts.own, version });
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
      const { alert } = await shake({ port: site.ports.secure, servername: hosts.own, ...weak });
      expect(alert).to.match(/HANDSHAKE_FAILURE/);
    });
  }

  it("sslyze finds nothing that Mozilla would not recommend, and a chain that can be trusted", async () => {
    for (const host of [hosts.own, ...previews]) {
      const found = await scan(site.ports.secure, host, site.localCa.roots);
      expect(found, host).to.deep.equal({
        complaints: "",
        protocols: ["tls_1_2", "tls_1_3"],
        trusted: true,
        hsts: 31_536_000,
      });
    }
  });

  for (const [what, servername] of [
    ["names nobody", undefined],
    ["names an unknown host", "other.test"],
    ["names an unknown host below ours", "x.shop.test"],
  ] as const) {
    it(`who ${what} gets no certificate`, async () => {
      const { alert, certificate } = await shake({
        port: site.ports.secure,
        ...(servername && { servername }),
      });
      expect(alert).to.match(/UNRECOGNIZED_NAME/);
      expect(certificate).to.equal(false);
    });
  }

  it("who names another host in the request than in the handshake gets no content", async () => {
    const { status, body } = await site.secure("other.test", { servername: hosts.own });
    expect(status).to.equal(404);
    expect(body).not.to.include("app");
  });

  it("a Traefik that starts with the old volume asks for no certificate", async () => {
    const before = await site.ends();
    await site.edge.stop();
    stopCa(site.place); // it could not get any
    site.edge.start(site.localCa);
    await site.certified();
    expect(await site.ends()).to.deep.equal(before);
  });

  it("warns a week before the end, which is after Traefik should have renewed", async () => {
    const found = await site.seen(hosts.own);
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
    expect(inWords(await site.seen("other.test"), new Date(now)).line).to.match(
      /^error: other.test has no certificate: /,
    );
  });

  it("renews in time, and visitors notice nothing", async () => {
    await site.edge.stop();
    site.edge.forget();
    await site.foundCa(20 * 60 + 30); // seconds: due half a minute after they were made
    site.edge.start(site.localCa, "every minute");
    await site.certified();
    const before = await site.ends();
    const failures: string[] = [];
    let asked = 0;
    const renewed = async () => {
      for (const host of [...hosts.all, ...previews]) {
        asked += 1;
        const answer = await site
          .secure(host)
          .catch((error) => ({ status: 0, body: String(error) }));
        if (answer.status !== 200) failures.push(`${host}: ${answer.status} ${answer.body}`);
      }
      return (await site.ends()).every((end, index) => end > (before[index] ?? 0));
    };
    await site.until(renewed, "each certificate is a new one", 200);
    expect(failures).to.deep.equal([]);
    expect(asked, "more than once").to.be.above(hosts.all.length + previews.length);
  });
});
