import { expect } from "chai";
import type { Limits } from "../../../cli/release/limits.ts";
import { renderCanaryRoutes, renderRoutes } from "../../../cli/release/routes.ts";
import { limits, plainApp } from "../../support/limits.ts";

describe("routes", () => {
  const routes = {
    environment: "stage",
    hosts: { own: "stage.shop.test", all: ["stage.shop.test"], redirects: [] },
    https: false,
    app: plainApp,
    paths: [],
    release: "0123456789ab-cdef",
    limits: { of: limits, proxies: [], longest: 600 },
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
    const of = (more: Partial<Limits["of"]>, proxies: string[] = []) => {
      const given = { of: { ...limits, atOnce: 0, ...more }, proxies, longest: 600 };
      const text = renderRoutes({ ...routes, limits: given });
      const { http } = filesIn(text).get("route.blue");
      return { middlewares: http.middlewares ?? {}, names: http.routers.stage.middlewares };
    };
    expect(of({})).to.deep.equal({
      middlewares: {},
      names: undefined,
    });
    const proxies = ["192.0.2.0/24"];
    const sourceCriterion = { ipStrategy: { excludedIPs: proxies } };
    expect(of({ atOnce: 9, perSecond: 100 }, proxies)).to.deep.equal({
      middlewares: {
        "stage-at-once": { inFlightReq: { amount: 9, sourceCriterion } },
        "stage-per-second": { rateLimit: { average: 100, burst: 200, sourceCriterion } },
      },
      names: ["stage-at-once", "stage-per-second"],
    });
  });

  it("bound what a request may take, beyond what Traefik does by itself", () => {
    const of = (more: Partial<Limits["of"]>) => {
      const given = { of: { ...limits, ...more }, proxies: [], longest: 600 };
      return filesIn(renderRoutes({ ...routes, limits: given }));
    };
    const { http } = of({ body: 10, upload: 30 }).get("route.blue");
    expect(http.middlewares["stage-bounded"]).to.deep.equal({
      plugin: { bounded: { bytes: 10_000_000, seconds: 30 } },
    });
    expect(http.routers.stage.middlewares).to.include("stage-bounded");
    expect(JSON.stringify([...of({})])).not.to.match(/bounded|serversTransports/);
    const slot = of({ answer: 5 }).get("slot.green").http;
    expect(slot.services["stage-green"].loadBalancer.serversTransport).to.equal("stage-green");
    expect(slot.serversTransports["stage-green"].forwardingTimeouts).to.include({
      idleConnTimeout: "1000ms",
      responseHeaderTimeout: "5s",
    });
  });

  it("lead to each port by its own protocol, and close idle connections when they are told to", () => {
    const paths = [{ path: "/shop.Cart", port: 3001, protocol: "h2c" as const }];
    const app = { port: 3000, protocol: "http" as const, idle: 0.5 };
    const files = filesIn(renderRoutes({ ...routes, app, paths }));
    const { services, serversTransports } = files.get("route.blue").http;
    expect(services["stage-blue-3001"].loadBalancer).to.deep.equal({
      servers: [{ url: "h2c://stage-blue:3001" }],
      serversTransport: "stage-blue-3001",
    });
    const { forwardingTimeouts } = serversTransports["stage-blue-3001"];
    expect(forwardingTimeouts.idleConnTimeout).to.equal("500ms");
    const own = files.get("slot.blue").http.services["stage-blue"].loadBalancer;
    expect(own.servers).to.deep.equal([{ url: "http://stage-blue:3000" }]);
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
