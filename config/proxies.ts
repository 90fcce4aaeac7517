import { BlockList, isIP } from "node:net";
import { CLOUDFLARE } from "./cloudflare.ts";
import type { Config } from "./schema.ts";

/** The networks of the proxies in front of the server; none: visitors ask it themselves. */
export function proxiesOf({ dns }: Config): readonly string[] {
  const proxies = dns?.trustedProxies ?? [];
  return proxies === "cloudflare" ? CLOUDFLARE : proxies;
}

/**
 * The only networks that the server answers at ports 80 and 443; none: all do. Hosts in zones that Onebox keeps resolve to
 * the server itself, so with such zones it answers everybody.
 */
export function onlyVisitorsOf(config: Config): readonly string[] {
  return config.dns === undefined || config.dns.zones.length > 0 ? [] : proxiesOf(config);
}

/** Whether an address lies in one of these networks. */
export function liesInOne(address: string, networks: readonly string[]): boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [first = "", bits] = network.split("/");
    list.addSubnet(first, Number(bits), familyOf(first));
  }
  return list.check(address, familyOf(address));
}

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");
