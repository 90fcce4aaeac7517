import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { lockedOut } from "../../cli/server-check/own-address.ts";
import { judge, visit } from "../../cli/visitor.ts";
import { checkConfig, warningsOf } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { CLOUDFLARE } from "../../config/cloudflare.ts";
import { root } from "../../config/load.ts";
import { canonicalNetwork } from "../../config/networks.ts";
import type { ConfigInput } from "../../config/schema.ts";
import { firewallRules } from "../../stacks/firewall-rules.ts";
import hetzner from "../fixtures/hetzner.config.ts";
import { configWith } from "../fixtures/valid-config.ts";

const anywhere = ["0.0.0.0/0", "::/0"];
const configured = (more: Partial<ConfigInput>) => checkConfig(configWith(more), root);
const sources = (more: Partial<ConfigInput>, port: string) =>
  firewallRules(configured(more)).flatMap((rule) => (rule.port === port ? [rule.sourceIps] : []));
const behind = (trustedProxies: string[] | "cloudflare", zones: string[] = []) => ({
  dns: { zones, trustedProxies },
});
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);

describe("the firewall", () => {
  it("lets everybody in at 22, 80 and 443 when nothing else is said", () => {
    for (const port of ["22", "80", "443"]) expect(sources({}, port)).to.deep.equal([anywhere]);
  });

  it("lets SSH in from the allowed networks only", () => {
    const ssh = { allow: ["192.0.2.7/24", "2001:DB8::1/48"] };
    expect(sources({ ssh }, "22")).to.deep.equal([["192.0.2.0/24", "2001:db8::/48"]]);
    expect(sources({ ssh }, "443")).to.deep.equal([anywhere]);
  });

  it("lets nobody but the trusted proxies in at 80 and 443", () => {
    expect(sources(behind("cloudflare"), "443")).to.deep.equal([CLOUDFLARE]);
    expect(sources(behind("cloudflare"), "80")).to.deep.equal([CLOUDFLARE]);
    expect(sources(behind("cloudflare"), "22")).to.deep.equal([anywhere]);
    const [first, second, ...others] = sources(behind(many(150)), "80");
    expect([first?.length, second?.length, others.length]).to.deep.equal([100, 50, 0]);
  });

  it("lets everybody in where hosts lead to the server itself, in a zone that Onebox keeps", () => {
    expect(sources(behind("cloudflare", [""]), "443")).to.deep.equal([anywhere]);
  });

  it("has room for its networks, or the configuration is refused", () => {
    expect(() => configured(behind(many(201)))).to.throw("at most 200 networks");
    expect(() => configured({ ssh: { allow: many(101) } })).to.throw("at most 100 networks");
    expect(() => configured({ ssh: { allow: [] } })).to.throw("ssh.allow: must name a network");
    expect(() => configured({ ssh: { allow: ["192.0.2.7"] } })).to.throw("ssh.allow.0: must be");
  });
});

describe("an address range", () => {
  const forms: Record<string, string> = {
    "192.0.2.0/24": "192.0.2.0/24",
    "192.0.2.255/25": "192.0.2.128/25",
    "192.0.2.7/32": "192.0.2.7/32",
    "255.255.255.255/0": "0.0.0.0/0",
    "2001:DB8:0:0:0:0:0:1/32": "2001:db8::/32",
    "2001:db8::ffff/127": "2001:db8::fffe/127",
    "::1/128": "::1/128",
    "fe80::1:2:3/64": "fe80::/64",
    "ffff::/0": "::/0",
    "::ffff:192.0.2.7/128": "::ffff:c000:207/128",
  };
  for (const [network, canonical] of Object.entries(forms)) {
    it(`${network} is ${canonical}`, () => {
      expect(canonicalNetwork(network)).to.equal(canonical);
    });
  }
});

describe("whoever deploys", () => {
  const on = (cloud: "local" | "hetzner", ...allow: string[]) => {
    const config = checkConfig(
      { ...hetzner, cloud, ...(allow.length > 0 && { ssh: { allow } }) },
      root,
    );
    return { config, cloud: resolveCloud(config, root) };
  };

  it("does not lock himself out", () => {
    expect(lockedOut(on("hetzner"), "192.0.2.7")).to.deep.equal([]);
    expect(lockedOut(on("hetzner", "192.0.2.0/24"), "192.0.2.7")).to.deep.equal([]);
    expect(lockedOut(on("hetzner", "192.0.2.0/24"), "")).to.deep.equal([]);
    expect(lockedOut(on("hetzner", "192.0.2.0/24"), "198.51.100.7")).to.deep.equal([
      'ssh.allow: would lock out this computer, which the server sees as 198.51.100.7: add "198.51.100.7/32"',
    ]);
    expect(lockedOut(on("hetzner", "192.0.2.0/24"), "2001:db8::1")[0]).to.match(
      /"2001:db8::1\/128"$/,
    );
  });

  it("is this computer in the local cloud, whatever address the server sees", () => {
    expect(lockedOut(on("local", "127.0.0.1/32"), "172.18.0.1")).to.deep.equal([]);
    expect(lockedOut(on("local", "192.0.2.0/24"), "172.18.0.1")[0]).to.include("127.0.0.1/32");
  });

  it("is warned of a real cloud without HTTPS, and of nothing else", () => {
    const https = { email: "me@example.org" };
    expect(warningsOf(on("local").config)).to.deep.equal([]);
    expect(warningsOf(checkConfig({ ...hetzner, https, dns: { zones: [] } }, root))).to.deep.equal(
      [],
    );
    const [warning, ...others] = warningsOf(on("hetzner").config);
    expect(warning).to.match(/^HTTP only: passwords.*in plain text.*Add an https section/);
    expect(others).to.deep.equal([]);
  });
});

describe("a server that only proxies may ask", () => {
  it("is asked through a socket that leads there, by the host's name", async () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox-socket-"));
    const socket = join(directory, "port-80");
    const server = createServer((request, response) => {
      response.setHeader("x-onebox-release", `${request.headers.host}`).end();
    });
    await new Promise<void>((listening) => server.listen(socket, listening));
    try {
      const where = { scheme: "http" as const, host: "shop.test", path: "/", address: "192.0.2.1" };
      const answer = await visit({ ...where, socket, roots: undefined });
      expect(judge(answer, "shop.test")).to.deep.equal({ kind: "served", seen: "HTTP 200" });
    } finally {
      server.close();
      rmSync(directory, { recursive: true });
    }
  });
});
