import type { Config, EnvironmentName } from "../../config/schema.ts";

/** What one client, and one request, may ask of an environment, and who may name a client that is not the one that connects. */
export interface Limits {
  of: Config["environments"][EnvironmentName]["limits"];
  /** Networks of the proxies in front of the server. */
  proxies: readonly string[];
  /** Seconds that Traefik gives a request by itself (config/uploads.ts). */
  longest: number;
}

/**
 * The middlewares that answer 429 to a client that asks too much, and end a request that is too large or too slow; none
 * for what is not limited.
 */
export function limitsOf(
  environment: string,
  { of, proxies, longest }: Limits,
): Record<string, object> {
  const sourceCriterion = {
    ipStrategy: proxies.length > 0 ? { excludedIPs: proxies } : { ipv6Subnet: 64 },
  };
  const bounds = {
    ...(of.body > 0 && { bytes: of.body * 1_000_000 }),
    ...(of.upload < longest && { seconds: of.upload }),
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
    ...(Object.keys(bounds).length > 0 && {
      [`${environment}-bounded`]: { plugin: { bounded: bounds } },
    }),
  };
}
