import { expect } from "chai";
import { RefusedError } from "../../cli/errors.ts";
import { namePreview } from "../../cli/preview/name.ts";
import { parseAction, parseHours } from "../../cli/preview/options.ts";
import { renderMoment, renderPreviews } from "../../cli/preview/render.ts";
import { renderPreviewRoutes } from "../../cli/release/preview-routes.ts";
import { readPreviews } from "../../cli/vm/answers.ts";
import { checkConfig } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { claimsOf } from "../../config/hosts.ts";
import { root } from "../../config/load.ts";
import { inAscii, refusePreview, slugOf } from "../../config/previews.ts";
import { wildcardOf } from "../../config/records.ts";
import hetzner from "../fixtures/hetzner.config.ts";
import { configWith } from "../fixtures/valid-config.ts";
import { plainApp } from "../support/limits.ts";
import { problemsOf } from "../support/problems.ts";

const nasty = [
  "feature/x",
  "Feature/X",
  "FEATURE",
  "Über/Straße",
  "日本語",
  "🚀",
  "-",
  "--",
  "prod",
  "stage",
  "previews",
  "previews/x",
  "a".repeat(40),
  "a".repeat(41),
  "a".repeat(200),
  "42-fix",
  "a-1a2b3c4d5e6f7g8h",
  "1a2b3c4d5e6f7g8h",
  "../../etc/passwd",
  "x; rm -rf /",
  "`id`",
  "a`) || Host(`b",
  "'; DROP DATABASE app; --",
  "{{ env }}",
  "x: &a [*a]",
  "%s",
  "a.b",
  "a_b",
  "a/b",
  "a-b",
  "a--b",
];

describe("a branch's slug", () => {
  for (const branch of nasty) {
    it(`is a DNS label of at most 40 characters: ${JSON.stringify(branch.slice(0, 50))}`, () => {
      expect(slugOf(branch)).to.match(/^(?=.{1,40}$)[a-z0-9]+(-+[a-z0-9]+)*$/);
      expect(slugOf(branch)).not.to.equal("previews");
      expect(decodeURIComponent(inAscii(branch))).to.equal(branch);
      expect(inAscii(branch)).to.match(/^[A-Za-z0-9%/._-]+$/);
    });
  }

  it("is another one for each branch", () => {
    expect(new Set(nasty.map(slugOf))).to.have.property("size", nasty.length);
    for (const branch of nasty) {
      const slug = slugOf(branch); // a branch that is called like another one's slug
      if (slug !== branch) expect(slugOf(slug)).not.to.equal(slug);
    }
  });

  it("is nobody else's, however many branches an attacker tries that look the same", () => {
    const dots = (count: number) => ".".repeat(count + 1);
    const tried = Array.from({ length: 300 }, (_, a) =>
      Array.from({ length: 100 }, (_, b) => slugOf(`fix${dots(a)}x${dots(b)}y`)),
    ).flat();
    expect(new Set(tried)).to.have.property("size", 30_000);
  });

  it("is the branch's name where that is such a label", () => {
    for (const branch of ["main", "fix-42", "42-fix", "a".repeat(40)]) {
      expect(slugOf(branch)).to.equal(branch);
    }
    expect(slugOf("Über/Straße")).to.match(/^uber-strasse-[0-9a-v]{16}$/);
  });
});

describe("a preview's configuration", () => {
  const previews = { memory: "128m" };
  const cloud = (config: ReturnType<typeof checkConfig>) => resolveCloud(config, root);

  it("names each field that is wrong", () => {
    const input = configWith({
      previews: { memory: "lots", max: 0, hours: 0.5, idle: 0, cpus: 0, allow: ["here"] },
    });
    expect(
      problemsOf(() => checkConfig(input, root)).map((line) => line.split(":")[0]),
    ).to.have.members([
      "previews.max",
      "previews.hours",
      "previews.idle",
      "previews.memory",
      "previews.cpus",
      "previews.allow.0",
    ]);
  });

  it("lets in by IPv4 addresses of visitors only, as those by IPv6 seem to come from the VM itself", () => {
    const problems = (cloud: "local" | "hetzner", ...allow: string[]) => {
      const input = { ...hetzner, cloud, previews: { memory: "128m", allow } };
      return problemsOf(() => checkConfig(input, root)).filter((line) => line.includes("allow"));
    };
    expect(problems("hetzner", "192.0.2.0/24", "0.0.0.0/0", "10.0.0.0/16")).to.deep.equal([]);
    const [six, docker, whole, previews] = problems(
      "hetzner",
      ...["2001:db8::/32", "172.17.0.1/32", "192.0.0.0/8", "10.213.4.0/28"],
    );
    expect(six).to.match(/^previews\.allow\.0: lets nobody in: .*IPv6/);
    for (const line of [docker, whole, previews])
      expect(line).to.match(/lets in all visitors by IPv6/);
    expect(problems("local", "172.16.0.0/12", "2001:db8::/32")).to.deep.equal([]);
  });

  it("refuses a host that another field asks for", () => {
    const { environments } = configWith({});
    const stage = { ...environments.stage, hosts: ["shop.stage.onebox.localhost"] };
    const config = checkConfig(
      configWith({ previews, environments: { ...environments, stage } }),
      root,
    );
    expect(refusePreview(config, cloud(config), "shop")).to.match(/environments\.stage\.hosts\.0/);
    expect(refusePreview(config, cloud(config), "shopping")).to.equal(undefined);
    const { previews: _, ...without } = config;
    expect(refusePreview(without, cloud(config), "x")).to.match(/no previews section/);
  });
});

describe("a preview's domain", () => {
  /** What is wrong when prod and stage lie below `domain`. */
  function wrong(previews: object, domain = "shop.test"): string {
    const { hetzner } = configWith({});
    const input = configWith({
      cloud: "hetzner",
      hetzner: { ...hetzner, domain, repository: "ghcr.io/acme/shop" },
      previews: { memory: "128m", ...previews },
    });
    try {
      checkConfig(input, root);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  }

  it("is another registrable one than prod's where forks are let in, whose code could set its cookies", () => {
    expect(wrong({ forks: true })).to.match(/^previews\.forks: needs previews\.domain/);
    for (const domain of ["shop.test", "previews.shop.test", "a.b.shop.test"]) {
      expect(wrong({ forks: true, domain }), domain).to.match(/another registrable domain/);
      expect(wrong({ domain }), "without forks").to.equal("");
    }
    expect(wrong({ forks: true, domain: "shop-previews.test" })).to.equal("");
  });

  it("is judged by the public suffix list: two names below co.uk are strangers, co.uk is nobody's", () => {
    const prod = "shop.co.uk";
    expect(wrong({ forks: true, domain: "shop-previews.co.uk" }, prod)).to.equal("");
    expect(wrong({ forks: true, domain: "previews.shop.co.uk" }, prod)).to.match(
      /is below shop\.co/,
    );
    expect(wrong({ forks: true, domain: "co.uk" }, prod)).to.match(/is a public suffix/);
    const pages = "you.github.io";
    expect(wrong({ forks: true, domain: "me.github.io" }, pages)).to.equal("");
    expect(wrong({ forks: true, domain: "x.you.github.io" }, pages)).to.match(
      /another registrable/,
    );
  });

  it("is what their hosts, their page and their wildcard lie below, and another one on this computer", () => {
    const { hetzner } = configWith({});
    const previews = { memory: "128m", domain: "shop-previews.test" };
    const dns = { zones: ["", "shop-previews.test"], previews: true };
    const on = (cloud: "hetzner" | "local") => {
      const own = { ...hetzner, domain: "shop.test", repository: "ghcr.io/acme/shop" };
      const config = checkConfig(configWith({ cloud, hetzner: own, previews, dns }), root);
      const { host } = namePreview({ config, cloud: resolveCloud(config, root) }, "fix");
      const domain = resolveCloud(config, root).domain;
      const page = claimsOf(config, domain).find(({ field }) => field === "previews")?.host;
      return [host, page, wildcardOf(config, domain)];
    };
    expect(on("hetzner")).to.deep.equal([
      ...["fix.shop-previews.test", "previews.shop-previews.test", "*.shop-previews.test"],
    ]);
    const { name } = configWith({});
    expect(on("local")[0]).to.equal(`fix.${name}-previews.localhost`);
  });
});

describe("a preview's route", () => {
  const host = "x.stage.shop.test";
  const routes = (change: object) =>
    renderPreviewRoutes({
      environment: "preview-x",
      hosts: { own: host, all: [host], redirects: [] },
      https: false,
      app: plainApp,
      certified: false,
      release: "000000000000-0000",
      allow: [],
      proxies: [],
      ...change,
    });
  const way = (name: string, text: string) =>
    JSON.parse(
      text
        .split("\n")
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length) ?? "",
    );

  it("tells search engines to pass by, before anything else is asked", () => {
    const { routers, middlewares } = way("users", routes({ allow: ["192.0.2.0/24"] })).http;
    expect(routers["preview-x"].middlewares).to.deep.equal([
      "preview-x-answer",
      "preview-x-allow",
      "preview-x-users",
    ]);
    expect(middlewares["preview-x-answer"].headers.customResponseHeaders).to.include({
      "X-Robots-Tag": "noindex",
    });
    expect(middlewares["preview-x-allow"].ipAllowList.sourceRange).to.include("192.0.2.0/24");
  });

  it("is open where nobody is named", () => {
    expect(way("open", routes({})).http.routers["preview-x"].middlewares).to.deep.equal([
      "preview-x-answer",
    ]);
  });

  it("is refused when it would open a template action", () => {
    expect(() => routes({ release: "{{ env }}" })).to.throw(/template action/);
  });
});

describe("the list of previews", () => {
  const line = [
    "x-1a2b3c",
    "feature/%C3%9C",
    "http://x",
    "0123456789ab",
    "asleep",
    "1800000000",
    "1800003600",
    "me",
  ];

  it("shows branches as people wrote them, and the time that is left", () => {
    const rows = readPreviews(`${line.join("\t")}\n`);
    expect(rows[0]).to.include({ branch: "feature/Ü", expires: "2027-01-15T09:00:00Z" });
    expect(renderPreviews(rows, new Date(1_800_000_000_000))).to.match(
      /feature\/Ü .* asleep +60 min +me/,
    );
  });

  it("shows the beginning of a long name, and what is over", () => {
    const long = line.with(1, "long/".repeat(20)).with(6, "1800000000");
    const [, row = ""] = renderPreviews(
      readPreviews(`${long.join("\t")}\n`),
      new Date(1_800_000_001_000),
    ).split("\n");
    expect(row).to.match(/^(long\/){7}long… {2}http.* now +me$/);
  });

  it("says so when there are none", () => {
    expect(renderPreviews(readPreviews(""), new Date())).to.equal("There are no previews.");
  });
});

describe("what preview.sh is asked for", () => {
  it("is up, down or list", () => {
    for (const action of ["up", "down", "list"]) expect(parseAction(action)).to.equal(action);
    expect(() => parseAction(undefined)).to.throw(RefusedError, "say what to do: up, down or list");
    expect(() => parseAction("dwon")).to.throw(
      RefusedError,
      'unknown action "dwon": it is up, down or list; did you mean down?',
    );
    expect(() => parseAction("stage")).to.throw(/it is up, down or list$/);
  });

  it("is for a year at most", () => {
    expect([parseHours("1"), parseHours("8760")]).to.deep.equal([1, 8760]);
    for (const text of ["0", "8761", "01", "1.5", "1e3", "-1", "", " 1", "10000"]) {
      expect(() => parseHours(text), text).to.throw(RefusedError, "--hours needs a number from 1");
    }
  });

  it("names environment and host by the branch, or is refused", () => {
    const config = checkConfig(configWith({ previews: { memory: "128m" } }), root);
    const project = { config, cloud: resolveCloud(config, root) };
    const { environment, slug, host, settings } = namePreview(project, "Über/Straße");
    expect(slug).to.equal(slugOf("Über/Straße"));
    expect(environment).to.equal(`preview-${slug}`);
    expect(host.startsWith(`${slug}.`)).to.equal(true);
    expect(settings.memory).to.equal("128m");
    const without = checkConfig(configWith({ previews: undefined }), root);
    expect(() => namePreview({ ...project, config: without }, "x")).to.throw(
      RefusedError,
      "onebox.config.ts has no previews section (docs/previews.md)",
    );
  });

  it("ends at a moment of this computer's clock", () => {
    const moment = new Date(2026, 0, 2, 3, 4, 59);
    expect(renderMoment(moment.getTime() / 1000)).to.equal("2026-01-02 03:04");
  });
});
