import type { Hosts } from "../../config/hosts.ts";
import type { Config } from "../../config/schema.ts";
import { entryPointsOf, upgradeOf } from "../../stacks/entry-points.ts";
import { guardedRouters, ruleOf, type Visitors, type Way, ways } from "../../stacks/guards.ts";
import { inLines, together } from "../../stacks/http.ts";
import { serverOf } from "./transport.ts";

/** A preview's way through Traefik. */
interface PreviewRoutes extends Visitors {
  /** The environment; names its router, service and middlewares. */
  environment: string;
  hosts: Hosts;
  https: boolean;
  /** How the app is talked to. */
  app: Pick<Config["app"], "protocol" | "idle">;
  /** Whether all previews have one certificate, and none is to be ordered for this one. */
  certified: boolean;
  release: string;
}

/** What host/ puts the VM's own address in the preview's network in the place of. */
export const GATEWAY = "GATEWAY.invalid";
/** The port there on which systemd waits for the first request (host/previews/sleep.sh). */
export const WAKE_PORT = 7000;

/**
 * Renders the preview's file for Traefik as renderRoutes does, a line for each way: "open", and "users" for when
 * only those may visit whom the VM knows. Requests go to the VM itself, which starts the app when it sleeps.
 */
export function renderPreviewRoutes(routes: PreviewRoutes): string {
  return inLines(ways.map((way) => [way, httpOf(way, routes)]));
}

function httpOf(way: Way, routes: PreviewRoutes) {
  const { environment, hosts, https, app, certified, release } = routes;
  const name = (part: string) => `${environment}-${part}`;
  const rule = hosts.all.map((host) => ruleOf(host, certified)).join(" || ");
  const guarded = guardedRouters(environment, rule, way, routes, (guards) => ({
    entryPoints: entryPointsOf(https),
    middlewares: [name("answer"), ...guards],
    service: environment,
  }));
  const server = { protocol: app.protocol, address: `${GATEWAY}:${WAKE_PORT}` };
  const { loadBalancer, more } = serverOf(environment, server, { idle: app.idle, answer: 0 });
  return together(upgradeOf(environment, hosts, https), more, {
    routers: guarded.routers,
    services: {
      [environment]: { loadBalancer },
    },
    middlewares: {
      ...guarded.middlewares,
      [name("answer")]: {
        headers: {
          customResponseHeaders: { "X-Onebox-Release": release, "X-Robots-Tag": "noindex" },
        },
      },
    },
  });
}
