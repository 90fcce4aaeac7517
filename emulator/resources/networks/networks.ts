import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { parse } from "../../errors.ts";
import { among, list } from "../../http/list.ts";
import { type ApiRouter, type Context, record } from "../../http/router.ts";
import type { Network } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { startOn, startOnBalancer } from "../../work/work.ts";
import {
  applyUpdate,
  assertUniqueName,
  assertUnprotected,
  labels,
  name,
  update,
} from "../fields.ts";
import { leaveNetwork } from "../load-balancers/load-balancer-actions.ts";
import { networkRange, route, subnet } from "./fields.ts";
import { assertRouteFits, gatewayOf, placeSubnet } from "./layout.ts";
import { membersOf, subnetOf } from "./members.ts";
import { assertSwitchUnused, assertUnchanging, networkActions } from "./network-actions.ts";

const create = z.object({
  name,
  ip_range: networkRange,
  subnets: z.array(subnet).optional(),
  routes: z.array(route).optional(),
  labels: labels.optional(),
  expose_routes_to_vswitch: z.boolean().optional(),
});

function presentNetwork(cloud: Cloud, network: Network) {
  const members = membersOf(cloud, network.id);
  const ids = (type: string) => members.filter((m) => m.type === type).map((m) => m.owner.id);
  return {
    ...network,
    subnets: network.subnets.map((s) => ({ ...s, gateway: gatewayOf(network) })),
    servers: ids("server"),
    load_balancers: ids("load_balancer"),
  };
}

export function networks(router: ApiRouter, cloud: Cloud): void {
  const { store } = cloud;
  const table = store.tables.networks;
  const find = (context: Context) => record(context, table, "network");
  const present = (network: Network) => presentNetwork(cloud, network);

  router.get("/networks", (context) => list(context, "networks", table.values(), present));

  router.post("/networks", (context) => {
    const wish = parse(create, context.request.body);
    assertUniqueName(table, wish.name);
    const layout = { ip_range: wish.ip_range, subnets: [], routes: [] } as Pick<
      Network,
      "ip_range" | "subnets" | "routes"
    >;
    for (const each of wish.subnets ?? []) {
      assertSwitchUnused(cloud, each);
      layout.subnets.push(placeSubnet(layout, each));
    }
    for (const each of wish.routes ?? []) {
      assertRouteFits(layout, each);
      layout.routes.push(each);
    }
    const network: Network = {
      id: store.nextId("networks"),
      created: timestamp(cloud.clock),
      name: wish.name,
      labels: wish.labels ?? {},
      ...layout,
      protection: { delete: false },
      expose_routes_to_vswitch: wish.expose_routes_to_vswitch ?? false,
    };
    table.set(network.id, network);
    context.status = 201;
    context.body = { network: present(network) };
  });

  router.get("/networks/:id", (context) => {
    context.body = { network: present(find(context)) };
  });

  router.put("/networks/:id", (context) => {
    const network = find(context);
    const schema = update.extend({ expose_routes_to_vswitch: z.boolean().optional() });
    const wish = parse(schema, context.request.body);
    assertUnchanging(cloud, network);
    applyUpdate(table, network, wish);
    network.expose_routes_to_vswitch =
      wish.expose_routes_to_vswitch ?? network.expose_routes_to_vswitch;
    context.body = { network: present(network) };
  });

  router.delete("/networks/:id", (context) => {
    const network = find(context);
    assertUnprotected("network", network);
    assertUnchanging(cloud, network);
    const members = membersOf(cloud, network.id);
    const { servers: serverTable, load_balancers } = store.tables;
    const servers = members.flatMap(({ owner }) => serverTable.get(owner.id) ?? []);
    const balancers = members.flatMap(({ owner }) => load_balancers.get(owner.id) ?? []);
    for (const server of servers) {
      server.private_net = server.private_net.filter((n) => n.network !== network.id);
      startOn(cloud, "detach_from_network", server);
    }
    for (const balancer of balancers) {
      leaveNetwork(balancer, network.id);
      startOnBalancer(cloud, "detach_from_network", balancer.id);
    }
    table.delete(network.id);
    void Promise.all(servers.map((server) => cloud.actions.settled(server.id)))
      .then(() => cloud.machines.removeNetwork(network.id))
      .catch(() => {}); // nothing is on it any more; `reset` removes what is left
    context.status = 204;
  });

  router.get("/networks/:id/members", (context) => {
    const network = find(context);
    const rows = membersOf(cloud, network.id).map(({ type, owner, ip, alias_ips }) => ({
      type,
      id: owner.id,
      ip,
      status: cloud.actions.locks(type, owner.id) ? "attaching" : "ok",
      alias_ips,
      subnet: subnetOf(network, ip)?.ip_range ?? null,
    }));
    list(context, "members", rows, (row) => row, {
      filters: {
        type: among(["server", "load_balancer"], (row, value) => row.type === value),
        subnet: (row, value) => row.subnet === value,
        status: among(["ok", "attaching"], (row, value) => row.status === value),
      },
      sort: ["id", "type", "ip"],
    });
  });

  networkActions(router, cloud, find);
}
