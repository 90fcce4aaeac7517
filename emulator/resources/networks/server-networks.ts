import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { ApiError, isLocked, notFound, parse } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { Network, PrivateNet, Server } from "../../store/records.ts";
import { startOn } from "../../work/work.ts";
import { id } from "../fields.ts";
import { address, subnetRange } from "./fields.ts";
import { knownRange, overlaps } from "./ip-range.ts";
import { limitReached } from "./layout.ts";
import { type AddressWish, allocate, assertAliasesFree } from "./members.ts";

const MOST_NETWORKS = 3;
const aliases = z.array(address).max(5);

/** An address of the kind that Hetzner's private interfaces have. */
const macAddress = () =>
  `86:00:00:${[...randomBytes(3)].map((b) => b.toString(16).padStart(2, "0")).join(":")}`;

/** Throws unless a server with these networks can be attached to one more. */
export function assertAttachable(cloud: Cloud, attached: { network: number }[], network: Network) {
  if (attached.some((n) => n.network === network.id)) {
    throw new ApiError(422, "server_already_attached", "the server is attached to the network");
  }
  if (attached.length >= MOST_NETWORKS) {
    throw limitReached("networks", `a server has at most ${MOST_NETWORKS} networks`);
  }
  const range = knownRange(network.ip_range);
  for (const other of attached) {
    const found = cloud.store.tables.networks.get(other.network);
    if (found !== undefined && overlaps(range, knownRange(found.ip_range))) {
      const message = `the network overlaps with network ${found.id} of the server`;
      throw new ApiError(422, "networks_overlap", message);
    }
  }
}

/** The place of a new or attached server in a network. */
export function placeInNetwork(
  cloud: Cloud,
  network: Network,
  location: string,
  wish: AddressWish = {},
): PrivateNet {
  const ip = allocate(cloud, network, location, wish);
  return { network: network.id, ip, alias_ips: [], mac_address: macAddress() };
}

/** The actions of servers that concern private networks. */
export function serverNetworks(
  router: ApiRouter,
  cloud: Cloud,
  find: (context: Context) => Server,
): void {
  const known = (key: number): Network => {
    const network = cloud.store.tables.networks.get(key);
    if (network === undefined) throw notFound("network", key);
    return network;
  };
  const attachment = (server: Server, key: number): PrivateNet => {
    const net = server.private_net.find((n) => n.network === key);
    if (net !== undefined) return net;
    throw new ApiError(404, "not_found", `the server is not attached to network '${key}'`);
  };
  const post = <T extends z.ZodType<{ network: number }>>(
    name: string,
    schema: T,
    change: (server: Server, wish: z.output<T>) => void,
  ) =>
    router.post(`/servers/:id/actions/${name}`, (context) => {
      const server = find(context);
      if (cloud.actions.locks("server", server.id)) throw isLocked("server");
      const wish = parse(schema, context.request.body);
      change(server, wish);
      const others = [{ id: wish.network, type: "network" }];
      context.status = 201;
      context.body = { action: startOn(cloud, name, server, null, others) };
    });

  const attach = z.object({
    network: id,
    ip: address.optional(),
    ip_range: subnetRange.optional(),
    alias_ips: aliases.optional(),
  });
  post("attach_to_network", attach, (server, wish) => {
    const network = known(wish.network);
    assertAttachable(cloud, server.private_net, network);
    const place = placeInNetwork(cloud, network, server.location, wish);
    assertAliasesFree(cloud, network, server, place.ip, wish.alias_ips ?? []);
    server.private_net.push({ ...place, alias_ips: wish.alias_ips ?? [] });
  });

  post("detach_from_network", z.object({ network: id }), (server, wish) => {
    attachment(server, wish.network);
    server.private_net = server.private_net.filter((n) => n.network !== wish.network);
  });

  const change = z.object({ network: id, alias_ips: aliases });
  post("change_alias_ips", change, (server, wish) => {
    const place = attachment(server, wish.network);
    assertAliasesFree(cloud, known(wish.network), server, place.ip, wish.alias_ips);
    place.alias_ips = wish.alias_ips;
  });
}
