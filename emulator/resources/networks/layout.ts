import { ApiError, invalidField } from "../../errors.ts";
import type { Network, Route, Subnet } from "../../store/records.ts";
import {
  addressNumber,
  addressText,
  contains,
  holds,
  knownRange,
  overlaps,
  rangeText,
} from "./ip-range.ts";

const MOST_SUBNETS = 50;
const MOST_ROUTES = 100;
const SWITCH_ZONE = "eu-central";
const AUTOMATIC_SUBNET_BITS = 24;
/** The gateway of the servers' public interfaces; Hetzner keeps it out of every network. */
const PUBLIC_GATEWAY = addressNumber("172.31.1.1");

type Layout = Pick<Network, "ip_range" | "subnets" | "routes">;

/** The first address of a network: its router, which answers for every subnet. */
export const gatewayOf = ({ ip_range }: Pick<Network, "ip_range">): string =>
  addressText(knownRange(ip_range).first + 1);

export const limitReached = (name: string, message: string) =>
  new ApiError(403, "resource_limit_exceeded", message, { limits: [{ name }] });

/**
 * Checks a subnet and returns it with its range: the one asked for, or the first free /24. Throws
 * invalid_input when it does not fit into the network beside what is there.
 */
export function placeSubnet(
  layout: Layout,
  wish: Omit<Subnet, "ip_range"> & { ip_range?: string | undefined },
): Subnet {
  if (layout.subnets.length >= MOST_SUBNETS) {
    throw limitReached("subnets", `a network has at most ${MOST_SUBNETS} subnets`);
  }
  if (wish.type === "vswitch" && layout.subnets.some((s) => s.type === "vswitch")) {
    throw invalidField("type", "the network has a subnet of type vswitch already");
  }
  if (layout.subnets.some((s) => s.network_zone !== wish.network_zone)) {
    throw invalidField("network_zone", "all subnets of a network are in one network zone");
  }
  if (wish.type === "vswitch" && wish.network_zone !== SWITCH_ZONE) {
    throw invalidField("network_zone", `a vSwitch can only be coupled in ${SWITCH_ZONE}`);
  }
  const network = knownRange(layout.ip_range);
  const taken = [
    ...layout.subnets.map((s) => knownRange(s.ip_range)),
    ...layout.routes.map((r) => knownRange(r.destination)).filter((r) => r.bits > 0),
  ];
  if (wish.ip_range === undefined) {
    const size = 2 ** (32 - AUTOMATIC_SUBNET_BITS);
    for (let first = network.first; first + size - 1 <= network.last; first += size) {
      const range = { first, last: first + size - 1, bits: AUTOMATIC_SUBNET_BITS };
      if (!taken.some((other) => overlaps(range, other))) {
        return { ...wish, ip_range: rangeText(range) };
      }
    }
    throw invalidField("ip_range", "no range of size /24 is free");
  }
  const range = knownRange(wish.ip_range);
  if (!contains(network, range)) throw invalidField("ip_range", "is not inside the network");
  if (taken.some((other) => overlaps(range, other))) {
    throw invalidField("ip_range", "overlaps with another subnet or a route");
  }
  return { ...wish, ip_range: wish.ip_range };
}

/** Throws invalid_input when a route cannot be added to what is there. */
export function assertRouteFits(layout: Layout, { destination, gateway }: Route): void {
  if (layout.routes.length >= MOST_ROUTES) {
    throw limitReached("routes", `a network has at most ${MOST_ROUTES} routes`);
  }
  const target = knownRange(destination);
  const everything = target.bits === 0;
  const clashes = (other: string) =>
    everything ? other === destination : overlaps(target, knownRange(other));
  const others = layout.routes.map((r) => r.destination).filter((d) => !d.endsWith("/0"));
  if (
    layout.subnets.some((s) => clashes(s.ip_range)) ||
    (everything ? layout.routes.some((r) => clashes(r.destination)) : others.some(clashes)) ||
    (!everything && holds(target, PUBLIC_GATEWAY))
  ) {
    throw invalidField("destination", "overlaps with a subnet, a route or 172.31.1.1");
  }
  const hop = addressNumber(gateway);
  const behindSwitch = layout.subnets.some(
    (s) => s.type === "vswitch" && holds(knownRange(s.ip_range), hop),
  );
  if (gateway === gatewayOf(layout) || behindSwitch || hop === PUBLIC_GATEWAY) {
    throw invalidField("gateway", "cannot be the network's gateway, nor behind a vSwitch");
  }
  if (!holds(knownRange(layout.ip_range), hop)) {
    throw invalidField("gateway", "is not inside the network");
  }
}

/** True for addresses of a subnet that no member can have. */
export function isReserved(layout: Layout, subnet: Subnet, address: number): boolean {
  const { first, last } = knownRange(subnet.ip_range);
  const gateway = addressNumber(gatewayOf(layout));
  return [first, last, gateway, PUBLIC_GATEWAY].includes(address);
}
