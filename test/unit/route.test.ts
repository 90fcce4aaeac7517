import { expect } from "chai";
import { renderReleaseEnv } from "../../stacks/release-env.ts";
import { renderRoute } from "../../stacks/route.ts";

describe("a route", () => {
  const route = {
    environment: "stage",
    host: "stage.shop.test",
    port: 3000,
    release: "0123456789ab",
  };

  it("leads one host to the environment's own container and names the release", () => {
    const { http } = JSON.parse(renderRoute(route));
    expect(http.routers.stage.rule).to.equal("Host(`stage.shop.test`)");
    expect(http.services.stage.loadBalancer.servers).to.deep.equal([
      { url: "http://stage-app:3000" },
    ]);
    expect(http.middlewares["stage-release"].headers.customResponseHeaders).to.deep.equal({
      "X-Onebox-Release": "0123456789ab",
    });
  });

  it("refuses what Traefik would run as a template", () => {
    expect(() => renderRoute({ ...route, release: '{{ env "HOME" }}' })).to.throw(/template/);
  });
});

describe("release.env", () => {
  it("names the project, the release and the migration", () => {
    const text = renderReleaseEnv({
      environment: "prod",
      host: "shop.test",
      image: "ghcr.io/acme/shop@sha256:0",
      release: "0123456789ab",
      commit: "abc",
      port: 8080,
      memory: "256m",
      readiness: "/up",
      database: false,
      migrate: ["node", "migrate.ts"],
    });
    expect(text).to.include("COMPOSE_PROJECT_NAME=onebox-prod\n");
    expect(text).to.include("COMPOSE_PROFILES=\n");
    expect(text).to.include("ONEBOX_MIGRATE=node migrate.ts\n");
  });
});
