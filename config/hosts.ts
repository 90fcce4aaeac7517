import { type Cloud, previewsDomain } from "./cloud.ts";
import type { Config, EnvironmentName } from "./schema.ts";

/** What the page that lists all previews has in front of stage's host. */
export const OVERVIEW = "previews";

/** The host names of one environment, complete. */
export interface Hosts {
  /** Its own: what scripts ask, and where redirects go. */
  own: string;
  /** All that its app answers for, its own first. */
  all: string[];
  /** Those that redirect to its own. */
  redirects: string[];
}

/** A host name and the field of the configuration that asks for it. */
export interface Claim {
  field: string;
  host: string;
}

/** The host names that an environment has below a domain. */
export function hostsOf(config: Config, domain: string, environment: EnvironmentName): Hosts {
  const { subdomain, hosts, redirects } = config.environments[environment];
  const complete = (name: string) => completeHost(name, domain);
  const own = complete(subdomain);
  return { own, all: [own, ...hosts.map(complete)], redirects: redirects.map(complete) };
}

/** A host that answers by itself. */
export const alone = (host: string): Hosts => ({ own: host, all: [host], redirects: [] });

/** The host name that an environment is asked by. */
export function hostOf(config: Config, cloud: Cloud, environment: EnvironmentName): string {
  return hostsOf(config, cloud.domain, environment).own;
}

/** What all previews' hosts lie below. */
export function previewsBase(config: Config, domain: string): string {
  return previewsDomain(config, domain, hostsOf(config, domain, "stage").own);
}

/** Every host name that the configuration asks for below a domain, in the order of its fields. */
export function claimsOf(config: Config, domain: string): Claim[] {
  const claims = (["stage", "prod"] as const).flatMap((environment) => {
    const { all, redirects } = hostsOf(config, domain, environment);
    return [
      ...all.map((host, index) => ({
        field: index === 0 ? "subdomain" : `hosts.${index - 1}`,
        host,
      })),
      ...redirects.map((host, index) => ({ field: `redirects.${index}`, host })),
    ].map(({ field, host }) => ({ field: `environments.${environment}.${field}`, host }));
  });
  const { previews, webhook } = config;
  if (previews !== undefined) {
    const host = `${OVERVIEW}.${previewsBase(config, domain)}`;
    claims.push({ field: "previews", host });
  }
  if (webhook !== undefined) {
    claims.push({ field: "webhook.subdomain", host: completeHost(webhook.subdomain, domain) });
  }
  return claims;
}

/** A name with a dot is complete; one without stands in front of the domain, and "" is the domain itself. */
function completeHost(name: string, domain: string): string {
  if (name === "") return domain;
  return name.includes(".") ? name : `${name}.${domain}`;
}
