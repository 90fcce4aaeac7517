import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { invalidField, isLocked, parse } from "../../errors.ts";
import { among, list } from "../../http/list.ts";
import { type ApiRouter, type Context, record } from "../../http/router.ts";
import { type Firewall, SERVER_STATUSES, type Server } from "../../store/records.ts";
import { machineLabel } from "../../work/machine-spec.ts";
import { startOn } from "../../work/work.ts";
import { applyUpdate, assertUnprotected, update } from "../fields.ts";
import { firewallsOf } from "../firewalls/reach.ts";
import { serverNetworks } from "../networks/server-networks.ts";
import { serverPlacement } from "../placement-groups.ts";
import { createServer, hostName } from "./create.ts";
import { metrics } from "./metrics.ts";
import { presentServer } from "./present.ts";
import { serverActions } from "./server-actions.ts";

/** Labels decide which firewalls reach a server by selector: what has changed is applied. */
function relabelled(cloud: Cloud, server: Server, before: Firewall[]): void {
  const after = firewallsOf(cloud, server);
  const change = (command: string, list: Firewall[], other: Firewall[]) => {
    for (const { id } of list.filter((firewall) => !other.includes(firewall))) {
      startOn(cloud, command, server, null, [{ id, type: "firewall" }]);
    }
  };
  change("apply_firewall", after, before);
  change("remove_firewall", before, after);
}

export function servers(router: ApiRouter, cloud: Cloud): void {
  const table = cloud.store.tables.servers;
  const find = (context: Context) => record(context, table, "server");
  const present = (server: Server) => presentServer(cloud, server);

  router.get("/servers", (context) =>
    list(context, "servers", table.values(), present, {
      filters: { status: among(SERVER_STATUSES, (server, value) => server.status === value) },
    }),
  );

  router.post("/servers", async (context) => {
    const { server, ...rest } = await createServer(cloud, context.request.body);
    context.status = 201;
    context.body = { server: present(server), ...rest };
  });

  router.get("/servers/:id", (context) => {
    context.body = { server: present(find(context)) };
  });

  router.put("/servers/:id", async (context) => {
    const server = find(context);
    const wish = parse(update.extend({ name: hostName.optional() }), context.request.body);
    const renamed = wish.name !== undefined && wish.name !== server.name;
    const before = firewallsOf(cloud, server);
    applyUpdate(table, server, wish);
    if (renamed) await cloud.machines.rename(server.id, machineLabel(cloud, server));
    relabelled(cloud, server, before);
    context.body = { server: present(server) };
  });

  router.delete("/servers/:id", (context) => {
    const server = find(context);
    assertUnprotected("server", server);
    if (cloud.actions.locks("server", server.id)) throw isLocked("server");
    server.status = "deleting";
    context.body = { action: startOn(cloud, "delete_server", server) };
  });

  router.post("/servers/:id/actions/change_protection", (context) => {
    const server = find(context);
    const wish = parse(
      z.object({ delete: z.boolean().optional(), rebuild: z.boolean().optional() }),
      context.request.body,
    );
    const next = { ...server.protection, ...wish };
    if (next.delete !== next.rebuild) {
      throw invalidField("rebuild", "delete and rebuild can only be changed together");
    }
    server.protection = next;
    context.status = 201;
    context.body = {
      action: cloud.actions.done("change_protection", { id: server.id, type: "server" }),
    };
  });

  serverActions(router, cloud, find);
  metrics(router, cloud, find);
  serverNetworks(router, cloud, find);
  serverPlacement(router, cloud, find);
}
