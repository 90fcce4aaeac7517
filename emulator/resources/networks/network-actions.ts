import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { ApiError, invalidField, parse } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { Action, Network } from "../../store/records.ts";
import { startOnNetwork } from "../../work/work.ts";
import { deleteProtection } from "../fields.ts";
import { networkRange, route, subnet } from "./fields.ts";
import { addressNumber, contains, holds, knownRange } from "./ip-range.ts";
import { assertRouteFits, placeSubnet } from "./layout.ts";
import { membersOf } from "./members.ts";

/** A change of a network while another one runs is refused, as the real API does. */
export function assertUnchanging(cloud: Cloud, network: Network): void {
  if (cloud.actions.locks("network", network.id)) {
    throw new ApiError(409, "conflict", "the network is being changed, please retry");
  }
}

/** A vSwitch can be coupled with one network only. */
export function assertSwitchUnused({ store }: Cloud, wish: { vswitch_id?: number | undefined }) {
  if (wish.vswitch_id === undefined) return;
  for (const network of store.tables.networks.values()) {
    if (network.subnets.some((s) => s.vswitch_id === wish.vswitch_id)) {
      const message = `vSwitch ${wish.vswitch_id} is in use by another network`;
      throw new ApiError(422, "vswitch_id_already_used", message);
    }
  }
}

/** Everything under `/networks/:id/actions` that changes a network. */
export function networkActions(
  router: ApiRouter,
  cloud: Cloud,
  find: (context: Context) => Network,
): void {
  const post = (name: string, handle: (network: Network, body: unknown) => Action) =>
    router.post(`/networks/:id/actions/${name}`, (context) => {
      const network = find(context);
      assertUnchanging(cloud, network);
      const action = handle(network, context.request.body);
      context.status = 201;
      context.body = { action };
    });
  const done = (command: string, network: Network) =>
    cloud.actions.done(command, { id: network.id, type: "network" });

  post("add_subnet", (network, body) => {
    const wish = parse(subnet, body);
    assertSwitchUnused(cloud, wish);
    network.subnets.push(placeSubnet(network, wish));
    return done("add_subnet", network);
  });

  post("delete_subnet", (network, body) => {
    const { ip_range } = parse(z.object({ ip_range: z.string() }), body);
    if (!network.subnets.some((s) => s.ip_range === ip_range)) {
      throw new ApiError(404, "not_found", `subnet '${ip_range}' not found`);
    }
    const range = knownRange(ip_range);
    const inside = (ip: string) => holds(range, addressNumber(ip));
    if (membersOf(cloud, network.id).some((m) => [m.ip, ...m.alias_ips].some(inside))) {
      // Clients look for these words.
      const message = "cannot remove subnet because network has attached resources";
      throw new ApiError(422, "service_error", message);
    }
    network.subnets = network.subnets.filter((s) => s.ip_range !== ip_range);
    return done("delete_subnet", network);
  });

  post("add_route", (network, body) => {
    const wish = parse(route, body);
    assertRouteFits(network, wish);
    network.routes.push(wish);
    return startOnNetwork(cloud, "add_route", network);
  });

  post("delete_route", (network, body) => {
    const wish = parse(route, body);
    const found = network.routes.find(
      (r) => r.destination === wish.destination && r.gateway === wish.gateway,
    );
    if (found === undefined) {
      throw new ApiError(404, "not_found", `route to '${wish.destination}' not found`);
    }
    network.routes = network.routes.filter((r) => r !== found);
    return startOnNetwork(cloud, "delete_route", network);
  });

  post("change_ip_range", (network, body) => {
    const { ip_range } = parse(z.object({ ip_range: networkRange }), body);
    if (!contains(knownRange(ip_range), knownRange(network.ip_range))) {
      throw invalidField("ip_range", "can only be extended");
    }
    network.ip_range = ip_range;
    return startOnNetwork(cloud, "change_ip_range", network);
  });

  post("change_protection", (network, body) => {
    const wish = parse(deleteProtection, body);
    network.protection.delete = wish.delete ?? network.protection.delete;
    return done("change_protection", network);
  });
}
