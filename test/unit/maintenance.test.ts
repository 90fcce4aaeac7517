import { expect } from "chai";
import { describeMaintenance, problemsOf, renderMaintenance } from "../../cli/maintenance.ts";
import { readMaintenance } from "../../cli/vm/answers.ts";

describe("maintenance", () => {
  const target = { environment: "stage", hosts: ["stage.shop.test", "shop.test"], https: false };
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
