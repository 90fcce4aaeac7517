import { randomInt } from "node:crypto";
import { find as findIn, locations } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { ApiError, invalidField, isLocked, parse } from "../../errors.ts";
import { list } from "../../http/list.ts";
import { type ApiRouter, type Context, record } from "../../http/router.ts";
import type { FloatingIp } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { startOnFloatingIp } from "../../work/work.ts";
import { presentLocation } from "../catalogue.ts";
import { applyUpdate, assertUniqueName, assertUnprotected } from "../fields.ts";
import { defaultPointer } from "../primary-ips/pointers.ts";
import { create, update } from "./fields.ts";
import { floatingIpActions, knownServer } from "./floating-ip-actions.ts";

export function floatingIps(router: ApiRouter, cloud: Cloud): void {
  const { store, addresses, actions } = cloud;
  const table = store.tables.floating_ips;
  const find = (context: Context) => record(context, table, "floating IP");
  const present = (ip: FloatingIp) => ({
    ...ip,
    home_location: presentLocation(ip.home_location),
    blocked: false,
  });

  router.get("/floating_ips", (context) => list(context, "floating_ips", table.values(), present));

  router.post("/floating_ips", async (context) => {
    const wish = parse(create, context.request.body);
    const check = () => {
      if (wish.name !== undefined) assertUniqueName(table, wish.name);
      return wish.server == null ? null : knownServer(cloud, wish.server);
    };
    const home = findIn(locations, wish.home_location ?? check()?.location ?? "");
    if (home === undefined) {
      const message = "is required unless a server is given, and must be known";
      throw invalidField("home_location", message);
    }
    const ip = wish.type === "ipv6" ? addresses.freeIpv6() : await addresses.freeIpv4();
    if (ip === null) throw new ApiError(412, "resource_unavailable", "no address is free");
    try {
      const server = check(); // other requests were answered meanwhile
      const made: FloatingIp = {
        id: store.nextId("floating_ips"),
        created: timestamp(cloud.clock),
        name: wish.name ?? `floating-ip-${randomInt(1_000_000, 9_999_999)}`,
        labels: wish.labels ?? {},
        type: wish.type,
        description: wish.description ?? null,
        ip,
        server: server?.id ?? null,
        home_location: home.name,
        dns_ptr: wish.type === "ipv4" ? [{ ip, dns_ptr: defaultPointer(ip) }] : [],
        protection: { delete: false },
      };
      table.set(made.id, made);
      const others = server === null ? [] : [{ id: server.id, type: "server" }];
      const action =
        server === null ? null : startOnFloatingIp(cloud, "assign_floating_ip", made.id, others);
      context.status = 201;
      context.body = { floating_ip: present(made), action };
    } finally {
      addresses.release(ip);
    }
  });

  router.get("/floating_ips/:id", (context) => {
    context.body = { floating_ip: present(find(context)) };
  });

  router.put("/floating_ips/:id", (context) => {
    const ip = find(context);
    const wish = parse(update, context.request.body);
    applyUpdate(table, ip, wish);
    if (wish.description !== undefined) ip.description = wish.description;
    context.body = { floating_ip: present(ip) };
  });

  router.delete("/floating_ips/:id", async (context) => {
    const ip = find(context);
    assertUnprotected("floating IP", ip);
    if (actions.locks("floating_ip", ip.id)) throw isLocked("floating IP");
    table.delete(ip.id);
    await cloud.floatingRoutes.apply(ip.id);
    context.status = 204;
  });

  floatingIpActions(router, cloud, find);
}
