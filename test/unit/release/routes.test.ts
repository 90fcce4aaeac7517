import { expect } from "chai";
import type { Limits } from "../../../cli/release/limits.ts";
import { renderCanaryRoutes, renderRoutes } from "../../../cli/release/routes.ts";

describe("routes", () => {
  const routes = {
    environment: "stage",
    hosts: { own: "stage.shop.test", all: ["stage.shop.test"], redirects: [] },
    https: false,
    port: 3000,
    paths: [],
    release: "0123456789ab-cdef",
    limits: { of: { atOnce: 500, perSecond: 0 }, proxies: [] },
  };
  /** The rendered files by name. */
  const filesIn = (text: string) => {
    const lines = text.trim().split("\n");
    return new Map(
      lines.map((line) => {
        const at = line.indexOf(" ");
        return [line.slice(0, at), JSON.parse(line.slice(at))];
      }),
    );
  };

  it("limit each client where the configuration says so, by what a trusted proxy says of it", () => {
    const of = (limits: Limits) => {
      const { http } = filesIn(renderRoutes({ ...routes, limits })).get("route.blue");
      return { middlewares: http.middlewares ?? {}, names: http.routers.stage.middlewares };
    };
    expect(of({ of: { atOnce: 0, perSecond: 0 }, proxies: [] })).to.deep.equal({
      middlewares: {},
      names: undefined,
    });
    const proxies = ["192.0.2.0/24"];
    const sourceCriterion = { ipStrategy: { excludedIPs: proxies } };
    expect(of({ of: { atOnce: 9, perSecond: 100 }, proxies })).to.deep.equal({
      middlewares: {
        "stage-at-once": { inFlightReq: { amount: 9, sourceCriterion } },
        "stage-per-second": { rateLimit: { average: 100, burst: 200, sourceCriterion } },
      },
      names: ["stage-at-once", "stage-per-second"],
    });
  });

  it("are one JSON text a line, by name", () => {
    const kinds = ["hold", "slot", "route", "watch"];
    expect([...filesIn(renderRoutes(routes)).keys()]).to.have.members(
      kinds.flatMap((kind) => ["blue", "green"].map((slot) => `${kind}.${slot}`)),
    );
  });

  it("give a canary its share, and the other slot the rest", () => {
    const files = filesIn(renderCanaryRoutes(routes, { share: 10, sticky: false }));
    expect([...files.keys()]).to.deep.equal(["canary.blue", "canary.green"]);
    const { weighted } = files.get("canary.green").http.services["stage-canary"];
    expect(weighted).to.deep.equal({
      services: [
        { name: "stage-green", weight: 10 },
        { name: "stage-blue", weight: 90 },
      ],
    });
  });

  it("let visitors of a sticky canary stay, by a cookie", () => {
    const files = filesIn(renderCanaryRoutes(routes, { share: 10, sticky: true }));
    expect([...files.keys()]).to.deep.equal(["canary-sticky.blue", "canary-sticky.green"]);
    const { weighted } = files.get("canary-sticky.blue").http.services["stage-canary"];
    expect(weighted.sticky.cookie.name).to.equal("stage-release");
  });

  it("refuse what Traefik would run as a template", () => {
    expect(() => renderRoutes({ ...routes, release: '{{ env "HOME" }}' })).to.throw(/template/);
  });
});
