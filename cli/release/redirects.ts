import type { Hosts } from "../../config/hosts.ts";
import { entryPointsOf } from "../../stacks/entry-points.ts";
import type { Http } from "../../stacks/http.ts";

/**
 * The routers and middlewares that redirect an environment's other hosts to its own: for good, with path
 * and query, and with the method (Traefik answers 301 to GET, 308 to others).
 */
export function redirectsOf(environment: string, { own, redirects }: Hosts, https: boolean): Http {
  if (redirects.length === 0) return {};
  const name = `${environment}-redirect`;
  return {
    routers: {
      [name]: {
        rule: redirects.map((host) => `Host(\`${host}\`)`).join(" || "),
        entryPoints: entryPointsOf(https),
        middlewares: [name],
        service: "noop@internal",
      },
    },
    middlewares: {
      [name]: {
        redirectRegex: {
          regex: "^(https?)://[^/?]+/?(.*)$",
          replacement: `$1://${own}/$2`,
          permanent: true,
        },
      },
    },
  };
}
