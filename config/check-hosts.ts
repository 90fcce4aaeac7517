import { createRequire } from "node:module";
import { localDomain } from "./cloud.ts";
import { claimsOf } from "./hosts.ts";
import { liesIn, wildcardOf } from "./records.ts";
import type { Config } from "./schema.ts";

/** What contradicts what among hosts, routes, zones and certificates, one line each. */
export function contradictingHosts(config: Config): string[] {
  return [
    ...tooLong(config),
    ...takenTwice(config),
    ...misledRoutes(config),
    ...strayZones(config),
    ...withoutDns(config),
    ...sharedDomain(config),
  ];
}

/** Characters of a whole host name, by DNS. */
const LONGEST = 253;

/** Hosts that only become too long below the domain. */
function tooLong(config: Config): string[] {
  return claimsOf(config, config.hetzner.domain)
    .filter(({ host }) => host.length > LONGEST)
    .map(({ field, host }) => `${field}: ${host} is longer than DNS allows (${LONGEST})`);
}

/** Hosts that two fields ask for, below either cloud's domain: a rehearsal finds what Hetzner would. */
function takenTwice(config: Config): string[] {
  const problems = new Map<string, string>();
  const domains = [localDomain(config), config.hetzner.domain];
  for (const domain of config.cloud === "local" ? domains : domains.reverse()) {
    const taken = new Map<string, string>();
    for (const { field, host } of claimsOf(config, domain)) {
      const first = taken.get(host);
      if (first === undefined) taken.set(host, field);
      else if (!problems.has(`${field} ${first}`))
        problems.set(`${field} ${first}`, `${field}: asks for ${host}, as ${first} does`);
    }
  }
  return [...problems.values()];
}

/** Routes that could not work, or that would take away what the app is asked by. */
function misledRoutes({ app, environments }: Config): string[] {
  return Object.entries(environments).flatMap(([environment, { routes }]) =>
    routes.flatMap(({ path, port }, index) => {
      const field = `environments.${environment}.routes.${index}`;
      const problems: string[] = [];
      const first = routes.findIndex((route) => route.path === path);
      if (first < index) problems.push(`${field}.path: is ${path}, as routes.${first}'s is`);
      if (port === app.port)
        problems.push(`${field}.port: is app.port, to which every path routes`);
      for (const asked of ["readiness", "version"] as const) {
        if (`${app[asked]}/`.startsWith(`${path}/`))
          problems.push(`${field}.path: takes app.${asked} (${app[asked]}) away from app.port`);
      }
      return problems;
    }),
  );
}

/** Zones that hold none of the hosts, or a domain outside its own zone: a name is misspelt. */
function strayZones(config: Config): string[] {
  const { domain, zone = domain } = config.hetzner;
  const hosts = claimsOf(config, domain).map(({ host }) => host);
  const zones = (config.dns?.zones ?? []).map((name) => (name === "" ? zone : name));
  const problems = zones.flatMap((name, index) => {
    const first = zones.indexOf(name);
    if (first < index) return [`dns.zones.${index}: is ${name}, as dns.zones.${first} is`];
    const used = hosts.some((host) => liesIn(host, name));
    return used ? [] : [`dns.zones.${index}: none of the hosts lies in ${name}`];
  });
  return liesIn(domain, zone)
    ? problems
    : [`hetzner.zone: is ${zone}, which ${domain} does not lie in`, ...problems];
}

/**
 * Strangers' code below a domain that prod's visitors have cookies for: a preview could set some for all of it, and so
 * log a visitor in as somebody else, or out.
 */
function sharedDomain(config: Config): string[] {
  const { previews, hetzner } = config;
  if (!previews?.forks) return [];
  const { domain } = previews;
  if (domain === undefined)
    return ["previews.forks: needs previews.domain: strangers' code runs there (docs/previews.md)"];
  const own = registrable(domain);
  if (own === null)
    return [`previews.domain: ${domain} is a public suffix, where everybody has names`];
  const shared = claimsOf(config, hetzner.domain).find(
    ({ field, host }) => field.startsWith("environments.") && registrable(host) === own,
  );
  return shared === undefined
    ? []
    : [
        `previews.domain: is below ${own}, as ${shared.host} is; with previews.forks it must be another registrable domain (docs/previews.md)`,
      ];
}

/** The part of a name that somebody has registered, by the public suffix list; null: it is no more than a suffix. */
function registrable(host: string): string | null {
  // The list is long: whoever lets no fork in does not wait for it at each command.
  const { getDomain } = createRequire(import.meta.url)("tldts") as typeof import("tldts");
  return getDomain(host, { allowPrivateDomains: true });
}

/** HTTPS that no certificate could be had for. */
function withoutDns(config: Config): string[] {
  const { https, dns } = config;
  if (https === undefined) return [];
  if (dns === undefined)
    return ["https: needs a dns section: the CA looks the hosts up (docs/https.md)"];
  const { domain, zone = domain } = config.hetzner;
  const wildcard = wildcardOf(config, domain);
  const kept = dns.zones.some((name) => liesIn(wildcard ?? "", name === "" ? zone : name));
  return [
    ...(dns.authorities.length > 0 && !dns.authorities.includes("letsencrypt.org")
      ? ["dns.authorities: leaves out letsencrypt.org, which https needs"]
      : []),
    ...(wildcard !== undefined && !kept
      ? [`dns.previews: with https, ${wildcard} must lie in one of dns.zones (docs/https.md)`]
      : []),
  ];
}
