import { find, known, locations } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { ApiError, invalidField } from "../../errors.ts";
import type { LoadBalancer, Network, Server } from "../../store/records.ts";
import { addressNumber, addressText, holds, knownRange } from "./ip-range.ts";
import { isReserved, limitReached } from "./layout.ts";

const MOST_MEMBERS = 100;

export interface Member {
  type: "server" | "load_balancer";
  owner: Server | LoadBalancer;
  ip: string;
  alias_ips: string[];
}

/** Everything that is attached to a network. */
export function membersOf({ store }: Cloud, network: number): Member[] {
  const { servers, load_balancers } = store.tables;
  const found: Member[] = [];
  for (const owner of servers.values()) {
    const net = owner.private_net.find((n) => n.network === network);
    if (net) found.push({ type: "server", owner, ip: net.ip, alias_ips: net.alias_ips });
  }
  for (const owner of load_balancers.values()) {
    const net = owner.private_net.find((n) => n.network === network);
    if (net) found.push({ type: "load_balancer", owner, ip: net.ip, alias_ips: [] });
  }
  return found;
}

/** The subnet of a network that holds an address. */
export const subnetOf = (network: Network, ip: string) =>
  network.subnets.find((s) => holds(knownRange(s.ip_range), addressNumber(ip)));

const notAvailable = (ip: string) =>
  new ApiError(422, "ip_not_available", `the IP ${ip} is not available in the network`);

/** Subnets that a server or load balancer in this location can be attached to. */
function subnetsFor(network: Network, location: string) {
  const zone = known(locations, location).network_zone;
  return network.subnets.filter((s) => s.type !== "vswitch" && s.network_zone === zone);
}

export interface AddressWish {
  ip?: string | undefined;
  ip_range?: string | undefined;
}

/**
 * The address that a new member of a network gets: the one asked for, or the first that is free.
 * Throws no_subnet_available, ip_not_available, invalid_input or resource_limit_exceeded.
 */
export function allocate(
  cloud: Cloud,
  network: Network,
  location: string,
  { ip, ip_range }: AddressWish,
): string {
  const members = membersOf(cloud, network.id);
  if (members.length >= MOST_MEMBERS) {
    throw limitReached("attached_resources", `a network has at most ${MOST_MEMBERS} resources`);
  }
  const subnets = subnetsFor(network, location).filter(
    (s) => ip_range === undefined || s.ip_range === ip_range,
  );
  if (subnets.length === 0) {
    throw new ApiError(422, "no_subnet_available", "the network has no subnet for this resource");
  }
  const taken = new Set(members.flatMap((m) => [m.ip, ...m.alias_ips]));
  if (ip !== undefined) {
    const subnet = subnets.find((s) => holds(knownRange(s.ip_range), addressNumber(ip)));
    if (subnet === undefined && ip_range !== undefined) {
      throw invalidField("ip", "is not inside ip_range");
    }
    const free = subnet && !isReserved(network, subnet, addressNumber(ip)) && !taken.has(ip);
    if (!free) throw notAvailable(ip);
    return ip;
  }
  for (const subnet of subnets) {
    const { first, last } = knownRange(subnet.ip_range);
    for (let address = first; address <= last; address++) {
      const text = addressText(address);
      if (!isReserved(network, subnet, address) && !taken.has(text)) return text;
    }
  }
  throw new ApiError(422, "no_subnet_available", "every address of the network is in use");
}

/** Throws ip_not_available unless a server can have these addresses besides its own. */
export function assertAliasesFree(
  cloud: Cloud,
  network: Network,
  server: Server,
  ip: string,
  aliases: string[],
): void {
  const others = membersOf(cloud, network.id).filter((m) => m.owner !== server);
  const taken = new Set([ip, ...others.flatMap((m) => [m.ip, ...m.alias_ips])]);
  for (const alias of aliases) {
    const number = addressNumber(alias);
    const subnet = subnetsFor(network, server.location).find((s) =>
      holds(knownRange(s.ip_range), number),
    );
    if (!subnet || isReserved(network, subnet, number) || taken.has(alias)) {
      throw notAvailable(alias);
    }
    taken.add(alias);
  }
}

/** The network zone of a location's name or id; undefined if there is no such location. */
export const zoneOf = (location: string) => find(locations, location)?.network_zone;
