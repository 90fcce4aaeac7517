/** What host/ puts the lines of PREVIEW_USERS in the place of. */
const USERS = "USERS.invalid";
/** Whether everybody may visit previews, or only whom the VM knows by PREVIEW_USERS. */
export const ways = ["open", "users"] as const;
export type Way = (typeof ways)[number];

/** The middlewares that keep others out of previews, in their order. */
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

/** A preview's rule. Traefik orders certificates for the names in Host(…), and for no others. */
export function ruleOf(host: string, certified: boolean): string {
  return certified ? `HostRegexp(\`^${host.replaceAll(".", "[.]")}$\`)` : `Host(\`${host}\`)`;
}
