import { expect } from "chai";
import {
  describeMaintenance,
  problemsOf,
  renderMaintenance,
  unknowable,
} from "../../cli/maintenance.ts";
import { readMaintenance } from "../../cli/vm/answers.ts";
import { checkConfig } from "../../config/check.ts";
import { root } from "../../config/load.ts";
import hetzner from "../fixtures/hetzner.config.ts";

describe("maintenance", () => {
  const target = {
    environment: "stage",
    hosts: ["stage.shop.test", "shop.test"],
    https: false,
    proxied: false,
  };
  const settings = { message: "Back at noon.", retryAfter: 300, allow: ["192.0.2.7"] };

  it("lets only the VM itself and the allowed addresses through", () => {
    const [, file = ""] = renderMaintenance(target, settings).split("\n");
    expect(JSON.parse(file).http.routers["stage-maintenance"].rule).to.equal(
      "(Host(`stage.shop.test`) || Host(`shop.test`)) && !ClientIP(`127.0.0.0/8`) && !ClientIP(`192.0.2.7`)",
    );
  });

  it("keeps every template action of a message from Traefik", () => {
    for (const message of ["{{ x }}", "{{{", "a\\{{b"]) {
      const text = renderMaintenance(target, { ...settings, message });
      expect(text).not.to.include("{{");
      const problem = JSON.parse(text.split("\n")[1] ?? "").http.middlewares["stage-maintenance"];
      expect(JSON.parse(problem.plugin.maintenance.problem).detail).to.equal(message);
    }
  });

  it("tells its settings again from its own first line", () => {
    const [line = ""] = renderMaintenance(target, settings).split("\n");
    const answer = `{"onebox":1,"kind":"maintenance","state":"on","since":"2026-01-01T00:00:00Z","settings":${line.slice(2)}}\n`;
    expect(describeMaintenance("stage", readMaintenance(answer))).to.equal(
      "stage is in maintenance since 2026-01-01T00:00:00Z\n" +
        "  message      Back at noon.\n  retry after  300 s\n  let through  192.0.2.7",
    );
    expect(describeMaintenance("stage", undefined)).to.equal("stage is not in maintenance");
  });

  it("knows visitors whom a proxy names by their last address there, and those who come directly", () => {
    const [, file = ""] = renderMaintenance(
      { ...target, proxied: true },
      { ...settings, allow: ["2001:DB8:0::7"] },
    ).split("\n");
    expect(JSON.parse(file).http.routers["stage-maintenance"].rule).to.match(
      /!ClientIP\(`2001:DB8:0::7`\) && !HeaderRegexp\(`X-Forwarded-For`, `\(\?i\)\(\^\|\[ ,\]\)2001:db8::7\$`\)$/,
    );
  });

  it("refuses by name whom Traefik cannot know", () => {
    const said = (allow: string[], change: object) =>
      unknowable({ allow }, checkConfig({ ...hetzner, ...change }, root));
    const proxied = { dns: { zones: [], trustedProxies: ["203.0.113.0/24"] } };
    expect(said(["192.0.2.7", "192.0.2.0/24"], {})).to.deep.equal([]);
    expect(said(["2001:db8::/32", "172.17.0.1"], {}).join("\n")).to.match(
      /^--allow: "2001:db8::\/32": lets nobody in: .*\n--allow: "172\.17\.0\.1": lets in all visitors by IPv6/,
    );
    expect(said(["2001:db8::7", "192.0.2.7"], proxied)).to.deep.equal([]);
    expect(said(["192.0.2.0/24"], proxied).join()).to.match(/name addresses and no networks$/);
    expect(said(["2001:db8::/32"], { cloud: "local" })).to.deep.equal([]);
  });

  it("takes addresses and networks of both kinds", () => {
    const allow = ["192.0.2.7", "192.0.2.0/24", "2001:db8::1", "2001:db8::/32"];
    expect(problemsOf({ ...settings, allow })).to.deep.equal([]);
  });

  for (const [what, wrong] of Object.entries({
    "an empty message": { message: " " },
    "two lines": { message: "a\nb" },
    "a long message": { message: "x".repeat(501) },
    "no time": { retryAfter: 0 },
    "what is no number": { retryAfter: Number("soon") },
    "half an address": { allow: ["192.0.2"] },
    "too large a prefix": { allow: ["192.0.2.0/33"] },
    "what would end the rule": { allow: ["::1`) || Host(`x"] },
  })) {
    it(`refuses ${what}`, () => {
      expect(problemsOf({ ...settings, ...wrong })).to.have.length(1);
    });
  }
});
