import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { checkConfig } from "../../config/check.ts";
import { hostsOf } from "../../config/hosts.ts";
import { root } from "../../config/load.ts";
import type { ConfigInput } from "../../config/schema.ts";
import { configWith } from "../fixtures/valid-config.ts";
import { problemsOf } from "../support/problems.ts";

type Environment = Partial<ConfigInput["environments"]["stage"]>;

/** The shipped configuration with something changed in its environments. */
function hosting(stage: Environment, prod: Environment = {}): ConfigInput {
  const { environments } = configWith({});
  return configWith({
    environments: {
      stage: { ...environments.stage, ...stage },
      prod: { ...environments.prod, ...prod },
    },
  });
}

const wrongIn = (input: ConfigInput) => problemsOf(() => checkConfig(input, root));

describe("an environment's hosts", () => {
  it("are below the cloud's domain unless they are whole names", () => {
    const config = checkConfig(
      hosting({}, { hosts: ["shop", "shop.example.org"], redirects: ["www"] }),
      root,
    );
    expect(hostsOf(config, "shop.test", "prod")).to.deep.equal({
      own: "shop.test",
      all: ["shop.test", "shop.shop.test", "shop.example.org"],
      redirects: ["www.shop.test"],
    });
  });

  const spelling = [
    ["SHOP.example.org", "shop.example.org"],
    ["shop.example.org.", "shop.example.org"],
    [" shop.example.org", "shop.example.org"],
    ["münchen.de", "xn--mnchen-3ya.de"],
    ["Bücher", "xn--bcher-kva"],
  ] as const;
  for (const [name, meant] of spelling) {
    it(`are told by their right spelling: ${JSON.stringify(name)}`, () => {
      expect(wrongIn(hosting({ hosts: [name] }))[0])
        .to.match(/; write "\S+"$/)
        .and.include(meant);
      expect(wrongIn(hosting({ hosts: [meant] }))).to.deep.equal([]);
    });
  }

  for (const name of ["WWW", "*.shop", "a b", "a`) || Host(`b", "-", "a..b", "ä.de", "a.1"]) {
    it(`are refused when they are no host names: ${JSON.stringify(name)}`, () => {
      expect(wrongIn(hosting({ hosts: [name] }))).to.have.length(1);
    });
  }

  for (const [what, input, problem] of [
    [
      "two of one environment",
      hosting({ hosts: ["a", "a"] }),
      "environments.stage.hosts.1: asks for a.onebox.localhost, as environments.stage.hosts.0 does",
    ],
    [
      "one of each environment",
      hosting({ hosts: ["www"] }, { redirects: ["www"] }),
      "environments.prod.redirects.0: asks for www.onebox.localhost, as environments.stage.hosts.0 does",
    ],
    [
      "a whole name and one below Hetzner's domain",
      hosting({ hosts: ["a.example.com"] }, { hosts: ["a"] }),
      "environments.prod.hosts.0: asks for a.example.com, as environments.stage.hosts.0 does",
    ],
    [
      "a whole name and one below the local domain",
      hosting({ hosts: ["onebox.localhost"] }),
      "environments.prod.subdomain: asks for onebox.localhost, as environments.stage.hosts.0 does",
    ],
    [
      "a redirect to itself",
      hosting({ redirects: ["stage"] }),
      "environments.stage.redirects.0: asks for stage.onebox.localhost, as environments.stage.subdomain does",
    ],
  ] as const) {
    it(`lead to one place each: ${what}`, () => {
      expect(wrongIn(input)).to.deep.equal([problem]);
    });
  }
});

describe("an environment's routes", () => {
  const routes = (...paths: [string, number][]) =>
    wrongIn(hosting({ routes: paths.map(([path, port]) => ({ path, port })) }));

  it("may lie below each other, and in another environment again", () => {
    const both = { routes: [{ path: "/a", port: 3001 }] };
    expect(routes(["/a", 3001], ["/a/b", 3002])).to.deep.equal([]);
    expect(wrongIn(hosting(both, both))).to.deep.equal([]);
  });

  for (const path of ["/", "a", "/a/", "//a", "/a/../b", "/a`)", "/{{x}}", "/a b"]) {
    it(`are refused when they are no paths: ${JSON.stringify(path)}`, () => {
      expect(routes([path, 3001])).to.have.length(1);
    });
  }

  it("lead to one place each, and away from the app's own port", () => {
    expect(routes(["/a", 3001], ["/b", 3000], ["/a", 3002])).to.deep.equal([
      "environments.stage.routes.1.port: is app.port, to which every path routes",
      "environments.stage.routes.2.path: is /a, as routes.0's is",
    ]);
  });

  it("leave the app what it is asked by", () => {
    expect(routes(["/version", 3001])).to.deep.equal([
      "environments.stage.routes.0.path: takes app.version (/version) away from app.port",
    ]);
    expect(routes(["/versions", 3001])).to.deep.equal([]);
  });
});

describe("a host below a long domain", () => {
  it("is refused where DNS could not hold it", () => {
    const domain = `${"abcdefghi.".repeat(24)}de`; // 242
    const { hetzner } = configWith({});
    const wrong = (subdomain: string) =>
      wrongIn({ ...hosting({ subdomain }), previews: undefined, hetzner: { ...hetzner, domain } });
    expect(wrong("a".repeat(10))).to.deep.equal([]);
    expect(wrong("a".repeat(11))[0]).to.match(
      /^environments\.stage\.subdomain: a{11}\.\S+ is longer than DNS allows \(253\)$/,
    );
  });
});

describe("the DNS zones", () => {
  const withDns = (zones: string[], zone?: string) => {
    const { hetzner } = configWith({});
    const domain = "apps.example.com";
    return wrongIn(configWith({ hetzner: { ...hetzner, domain, zone }, dns: { zones } }));
  };

  it("each hold one of the hosts at least", () => {
    expect(withDns([])).to.deep.equal([]);
    expect(withDns([""])).to.deep.equal([]);
    expect(withDns(["apps.example.com"])).to.deep.equal([]);
    expect(withDns(["", "exmaple.com"])).to.deep.equal([
      "dns.zones.1: none of the hosts lies in exmaple.com",
    ]);
  });

  it("are named once each, by whichever name", () => {
    expect(withDns(["", "apps.example.com"])).to.deep.equal([
      "dns.zones.1: is apps.example.com, as dns.zones.0 is",
    ]);
    expect(withDns(["example.com", "example.com"])).to.have.length(1);
  });

  it("may be above the domain, which lies in them", () => {
    expect(withDns(["", "apps.example.com"], "example.com")).to.deep.equal([]);
    expect(withDns([], "example.org")).to.deep.equal([
      "hetzner.zone: is example.org, which apps.example.com does not lie in",
    ]);
    expect(withDns([], "ample.com")).to.have.length(1);
  });
});

describe("a host that is asked for twice", () => {
  it("ends the synthesis with one line and exit code 2", () => {
    const { status, stderr } = spawnSync(process.execPath, ["main.ts"], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, ONEBOX_CONFIG: "test/fixtures/twice.config.ts" },
    });
    expect(status).to.equal(2);
    expect(stderr).to.equal(
      "onebox.config.ts: environments.prod.redirects.0: asks for www.onebox.localhost, as environments.stage.hosts.0 does\n",
    );
  });
});
