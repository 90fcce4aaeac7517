import { expect } from "chai";
import { renderCanaryRoutes, renderRoutes } from "../../../cli/release/routes.ts";

describe("routes", () => {
  const routes = {
    environment: "stage",
    hosts: { own: "stage.shop.test", all: ["stage.shop.test"], redirects: [] },
    https: false,
    port: 3000,
    paths: [],
    release: "0123456789ab-cdef",
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

  it("are one JSON text a line, by name", () => {
    const kinds = ["slot", "route", "watch"];
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
