/** What host/ puts the lines of PREVIEW_USERS in the place of. */
const USERS = "USERS.invalid";
/** Whether everybody may visit previews, or only whom the VM knows by PREVIEW_USERS. */
export const ways = ["open", "users"] as const;
export type Way = (typeof ways)[number];

/** Who may visit previews. */
export interface Visitors {
  /** Address ranges; none: everybody may. */
  allow: string[];
  /** Networks of the proxies that name the visitor in X-Forwarded-For. */
  proxies: readonly string[];
}

/** A part of Traefik's configuration of HTTP. */
interface Guarded {
  routers: Record<string, object>;
  middlewares: Record<string, object>;
}

/**
 * A preview's routers by name, and the middlewares that keep others out: what comes through a proxy has a router of its
 * own, because Traefik looks for an address either in X-Forwarded-For or at the connection.
 *
 * @param complete what a router has beside its rule, given the names of those middlewares in their order
 */
export function guardedRouters(
  name: string,
  rule: string,
  way: Way,
  { allow, proxies }: Visitors,
  complete: (guards: string[]) => object,
): Guarded {
  const users = way === "users" && {
    [`${name}-users`]: { basicAuth: { users: [USERS], removeHeader: true } },
  };
  const guarded = (suffix: string, router: object, strategy: object): Guarded => {
    const list = { sourceRange: [...allow, "127.0.0.0/8"], ...strategy };
    const middlewares = {
      ...(allow.length > 0 && { [`${name}-allow${suffix}`]: { ipAllowList: list } }),
      ...users,
    };
    const routers = { [`${name}${suffix}`]: { ...router, ...complete(Object.keys(middlewares)) } };
    return { routers, middlewares };
  };
  const direct = guarded("", { rule }, {});
  if (allow.length === 0 || proxies.length === 0) return direct;
  const from = proxies.map((network) => `ClientIP(\`${network}\`)`).join(" || ");
  const first = { rule: `(${rule}) && (${from})`, priority: 10_000 };
  const through = guarded("-through", first, { ipStrategy: { excludedIPs: proxies } });
  return {
    routers: { ...direct.routers, ...through.routers },
    middlewares: { ...direct.middlewares, ...through.middlewares },
  };
}

/** A preview's rule. Traefik orders certificates for the names in Host(…), and for no others. */
export function ruleOf(host: string, certified: boolean): string {
  return certified ? `HostRegexp(\`^${host.replaceAll(".", "[.]")}$\`)` : `Host(\`${host}\`)`;
}
