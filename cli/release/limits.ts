import type { Config, EnvironmentName } from "../../config/schema.ts";

/** What one client may ask of an environment, and who may name a client that is not the one that connects. */
export interface Limits {
  of: Config["environments"][EnvironmentName]["limits"];
  /** Networks of the proxies in front of the server. */
  proxies: readonly string[];
}

/** The middlewares that answer 429 to a client that asks too much; none for what is not limited. */
export function limitsOf(environment: string, { of, proxies }: Limits): Record<string, object> {
  const sourceCriterion = {
    ipStrategy: proxies.length > 0 ? { excludedIPs: proxies } : { ipv6Subnet: 64 },
  };
  return {
    ...(of.atOnce > 0 && {
      [`${environment}-at-once`]: { inFlightReq: { amount: of.atOnce, sourceCriterion } },
    }),
    ...(of.perSecond > 0 && {
      [`${environment}-per-second`]: {
        rateLimit: { average: of.perSecond, burst: 2 * of.perSecond, sourceCriterion },
      },
    }),
  };
}
