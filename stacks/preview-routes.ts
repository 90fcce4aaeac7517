import type { Hosts } from "../config/hosts.ts";
import { entryPointsOf, upgradeOf } from "./entry-points.ts";
import { inLines, together } from "./http.ts";

/** A preview's way through Traefik. */
export interface PreviewRoutes {
  /** The environment; names its router, service and middlewares. */
  environment: string;
  hosts: Hosts;
  https: boolean;
  /** Whether all previews have one certificate, and none is to be ordered for this one. */
  certified: boolean;
  release: string;
  /** Address ranges that may visit; none: everybody may. */
  allow: string[];
}

/** What host/ puts in the place of, in a preview's files: the VM's own address in the preview's network, and users. */
export const GATEWAY = "GATEWAY.invalid";
export const USERS = "USERS.invalid";
/** Whether everybody may visit, or only whom the VM knows by PREVIEW_USERS. */
export const ways = ["open", "users"] as const;
export type Way = (typeof ways)[number];
/** The port there on which systemd waits for the first request (host/lib/sleep.sh). */
export const WAKE_PORT = 7000;

/**
 * Renders the preview's file for Traefik as renderRoutes does, a line for each way: "open", and "users" for when
 * only those may visit whom the VM knows. Requests go to the VM itself, which starts the app when it sleeps.
 */
export function renderPreviewRoutes(routes: PreviewRoutes): string {
  return inLines(ways.map((way) => [way, httpOf(way, routes)]));
}

/** The middlewares that keep others out, in their order. */
export function guardsOf(name: string, way: Way, allow: string[]): Record<string, object> {
  return {
    ...(allow.length > 0 && {
      [`${name}-allow`]: { ipAllowList: { sourceRange: [...allow, "127.0.0.0/8"] } },
    }),
    ...(way === "users" && {
      [`${name}-users`]: { basicAuth: { users: [USERS], removeHeader: true } },
    }),
  };
}

function httpOf(way: Way, { environment, hosts, https, certified, release, allow }: PreviewRoutes) {
  const name = (part: string) => `${environment}-${part}`;
  const guards = guardsOf(environment, way, allow);
  return together(upgradeOf(environment, hosts, https), {
    routers: {
      [environment]: {
        rule: hosts.all.map((host) => ruleOf(host, certified)).join(" || "),
        entryPoints: entryPointsOf(https),
        middlewares: [name("answer"), ...Object.keys(guards)],
        service: environment,
      },
    },
    services: {
      [environment]: {
        loadBalancer: {
          servers: [{ url: `http://${GATEWAY}:${WAKE_PORT}` }],
          serversTransport: "app@file",
        },
      },
    },
    middlewares: {
      ...guards,
      [name("answer")]: {
        headers: {
          customResponseHeaders: { "X-Onebox-Release": release, "X-Robots-Tag": "noindex" },
        },
      },
    },
  });
}

/** Traefik orders certificates for the names in Host(…), and for no others. */
export function ruleOf(host: string, certified: boolean): string {
  if (!certified) return `Host(\`${host}\`)`;
  // Dots are dots, but those of an expression of Terraform's stay.
  const literal = host.replace(/\$\{[^}]*\}|\./g, (found) => (found === "." ? "[.]" : found));
  return `HostRegexp(\`^${literal}$\`)`;
}
