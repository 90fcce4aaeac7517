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

/** A router with the middlewares that keep others out. */
interface Guarded {
  router: { rule: string; priority?: number; middlewares: string[] };
  middlewares: Record<string, object>;
}

/**
 * A preview's routers by name, each with the middlewares that keep others out, in their order: what comes through a proxy
 * has one of its own, because Traefik looks for an address either in X-Forwarded-For or at the connection.
 */
export function guardedRouters(
  name: string,
  rule: string,
  way: Way,
  { allow, proxies }: Visitors,
): Record<string, Guarded> {
  const users = way === "users" && {
    [`${name}-users`]: { basicAuth: { users: [USERS], removeHeader: true } },
  };
  const guarded = (suffix: string, more: object): Guarded => {
    const list = { sourceRange: [...allow, "127.0.0.0/8"], ...more };
    const middlewares = {
      ...(allow.length > 0 && { [`${name}-allow${suffix}`]: { ipAllowList: list } }),
      ...users,
    };
    return { router: { rule, middlewares: Object.keys(middlewares) }, middlewares };
  };
  const direct = { [name]: guarded("", {}) };
  if (allow.length === 0 || proxies.length === 0) return direct;
  const through = guarded("-through", { ipStrategy: { excludedIPs: proxies } });
  const from = proxies.map((network) => `ClientIP(\`${network}\`)`).join(" || ");
  Object.assign(through.router, { rule: `(${rule}) && (${from})`, priority: 10_000 });
  return { ...direct, [`${name}-through`]: through };
}

/** A preview's rule. Traefik orders certificates for the names in Host(…), and for no others. */
export function ruleOf(host: string, certified: boolean): string {
  return certified ? `HostRegexp(\`^${host.replaceAll(".", "[.]")}$\`)` : `Host(\`${host}\`)`;
}
