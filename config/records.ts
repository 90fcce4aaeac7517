import type { Cloud } from "./cloud.ts";
import { claimsOf, previewsBase } from "./hosts.ts";
import type { Config } from "./schema.ts";

/** All records of one name and type that there have to be. */
export interface HostRecords {
  /** Complete, without a dot at its end; "*." in front of a wildcard. */
  host: string;
  type: "A" | "AAAA" | "CAA";
  values: string[];
  /** The zone of ours that they belong to; undefined where other people keep it. */
  zone: string | undefined;
}

/** The server's public addresses; may be Terraform expressions. */
export interface Addresses {
  ipv4: string;
  ipv6: string;
}

/** How long resolvers may keep a record, in seconds: so long a server that moved is looked for in vain. */
export const TTL = 300;

/** The zones that Onebox keeps, complete. */
export function zonesOf(config: Config, cloud: Cloud): string[] {
  return (config.dns?.zones ?? []).map((name) => (name === "" ? cloud.zone : name));
}

/** All previews' hosts in one, "*." in front of what they lie below; undefined without `dns.previews`. */
export function wildcardOf(config: Config, domain: string): string | undefined {
  return config.dns?.previews ? `*.${previewsBase(config, domain)}` : undefined;
}

/** The wildcard with a certificate; undefined without `https`. */
export function certifiedWildcardOf(config: Config, cloud: Cloud): string | undefined {
  return config.https && wildcardOf(config, cloud.domain);
}

/** The records of every host of the configuration. */
export function recordsOf(config: Config, cloud: Cloud, { ipv4, ipv6 }: Addresses): HostRecords[] {
  const hosts = claimsOf(config, cloud.domain).map(({ host }) => host);
  const wildcard = wildcardOf(config, cloud.domain);
  if (wildcard !== undefined) hosts.push(wildcard);
  const zones = zonesOf(config, cloud).sort((a, b) => b.length - a.length); // the nearest one counts
  const authorities = (config.dns?.authorities ?? []).map((name) => `0 issue "${name}"`);
  return hosts.flatMap((host) => {
    const zone = zones.find((candidate) => liesIn(host, candidate));
    const caa = authorities.length > 0 ? [{ type: "CAA" as const, values: authorities }] : [];
    return [
      { type: "A" as const, values: [ipv4] },
      ...(cloud.ipv6 ? [{ type: "AAAA" as const, values: [ipv6] }] : []),
      ...caa,
    ].map((records) => ({ host, zone, ...records }));
  });
}

/** Whether a name is a zone's own or below it. */
export function liesIn(host: string, zone: string): boolean {
  return host === zone || host.endsWith(`.${zone}`);
}
