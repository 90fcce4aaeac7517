import type { Hosts } from "../config/hosts.ts";
import type { Http } from "./http.ts";

/** Traefik's entry points for visitors (traefik/traefik.yml, stacks/traefik.ts). */
export function entryPointsOf(https: boolean): string[] {
  return https ? ["web", "websecure"] : ["web"];
}

/** What redirects visitors of an environment from HTTP to HTTPS: before its app, behind its maintenance page. */
export function upgradeOf(environment: string, { all, redirects }: Hosts, https: boolean): Http {
  if (!https) return {};
  const name = `${environment}-https`;
  const hosts = [...all, ...redirects].map((host) => `Host(\`${host}\`)`).join(" || ");
  return {
    routers: {
      [name]: {
        // host/ asks from within Traefik's own container: it must get through, certificate or not.
        rule: `(${hosts}) && !ClientIP(\`127.0.0.0/8\`)`,
        priority: 90_000,
        entryPoints: ["web"],
        middlewares: [name],
        service: "noop@internal",
      },
    },
    middlewares: { [name]: { redirectScheme: { scheme: "https", permanent: true } } },
  };
}
