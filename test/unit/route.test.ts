import { expect } from "chai";
import { renderReleaseEnv } from "../../stacks/release-env.ts";
import { renderRoutes } from "../../stacks/routes.ts";
import { configWith } from "../fixtures/valid-config.ts";

describe("release.env", () => {
  it("names the project, the release and the migration", () => {
    const { app } = configWith({});
    const text = renderReleaseEnv({
      app: { ...app, database: false, migrate: ["node", "migrate.ts"], migrateTimeout: 60 },
      settings: { memory: "256m", standby: true },
      environment: "prod",
      host: "shop.test",
      image: "ghcr.io/acme/shop@sha256:0",
      release: "0123456789ab-cdef",
      commit: "abc",
      by: "me@shop.test",
      canary: "0",
      canaryWay: "canary",
    });
    expect(text).to.include("COMPOSE_PROJECT_NAME=onebox-prod\n");
    expect(text).to.include("COMPOSE_PROFILES=\n");
    expect(text).to.include("ONEBOX_MIGRATE=node migrate.ts\nONEBOX_MIGRATE_SECONDS=60\n");
    expect(text).to.include("ONEBOX_STREAMS_SECONDS=10\n");
  });
});

describe("routes", () => {
  const routes = {
    environment: "stage",
    hosts: { own: "stage.shop.test", all: ["stage.shop.test"], redirects: [] },
    https: false,
    port: 3000,
    paths: [],
    release: "0123456789ab-cdef",
    canary: { weight: "10", rest: "90" },
  };

  it("are one JSON text a line, by name", () => {
    const names = renderRoutes(routes)
      .trim()
      .split("\n")
      .map((line) => {
        const at = line.indexOf(" ");
        JSON.parse(line.slice(at));
        return line.slice(0, at);
      });
    const kinds = ["slot", "route", "watch", "canary", "canary-sticky"];
    expect(names).to.have.members(
      kinds.flatMap((kind) => ["blue", "green"].map((slot) => `${kind}.${slot}`)),
    );
  });

  it("refuse what Traefik would run as a template", () => {
    expect(() => renderRoutes({ ...routes, release: '{{ env "HOME" }}' })).to.throw(/template/);
  });
});
