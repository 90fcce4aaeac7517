import { randomInt } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";
import { find as findIn, locations } from "../catalogue/catalogue.ts";
import type { Cloud } from "../cloud.ts";
import { isHostName } from "../dns/domain-name.ts";
import { canonical, isInside } from "../dns/ip-address.ts";
import { ApiError, invalidField, notFound, parse } from "../errors.ts";
import { list } from "../http/list.ts";
import { type ApiRouter, type Context, record } from "../http/router.ts";
import type { Action, PrimaryIp, Server } from "../store/records.ts";
import { timestamp } from "../timestamp.ts";
import { presentLocation } from "./catalogue.ts";
import {
  applyUpdate,
  assertUniqueName,
  assertUnprotected,
  deleteProtection,
  id,
  labels,
  name,
  update,
} from "./fields.ts";
import { isPublicTarget } from "./load-balancers/targets.ts";

const type = z.enum(["ipv4", "ipv6"]);
/** Hetzner's own clients of 2023, Debian's among them, repeat the path's id in the body. */
const repeatedId = { ID: z.unknown().optional() };
const assignee = { ...repeatedId, assignee_id: id, assignee_type: z.literal("server") };
const create = z.object({
  name,
  type,
  labels: labels.optional(),
  auto_delete: z.boolean().optional(),
  location: z.string().optional(),
  assignee_id: id.nullish(),
  assignee_type: z.enum(["server", "unassigned"]).optional(),
});
/** What a `change_dns_ptr` asks for. */
export const pointer = z.object({
  ...repeatedId,
  ip: z
    .string()
    .refine((text) => isIP(text) !== 0, "is not an IP address")
    .transform(canonical),
  dns_ptr: z.string().refine(isHostName, "is not a host name").nullable(),
});

/** The name that an address resolves to until its owner says otherwise. */
export function defaultPointer(ip: string): string {
  return `static.${ip.split(".").reverse().join(".")}.clients.your-server.de`;
}

/** A server's primary IP of one family. */
export function ipOf({ store }: Cloud, server: number, family: PrimaryIp["type"]) {
  return store.related("primary_ips", "assignee_id", server).find((ip) => ip.type === family);
}

/** Makes a primary IP that no request has asked for by itself: a new server's. */
export async function makePrimaryIp(
  { store, addresses, clock }: Cloud,
  wish: Pick<PrimaryIp, "type" | "location" | "auto_delete"> & Partial<PrimaryIp>,
  check: () => void = () => {},
): Promise<PrimaryIp> {
  const ip = wish.type === "ipv6" ? addresses.freeIpv6() : await addresses.freeIpv4();
  if (ip === null) throw new ApiError(412, "resource_unavailable", "no address is free");
  try {
    check(); // once more: another request may have come while this one looked for an address
    const made: PrimaryIp = {
      id: store.nextId("primary_ips"),
      created: timestamp(clock),
      name: `primary_ip-${randomInt(1_000_000, 9_999_999)}`,
      labels: {},
      ip,
      assignee_id: null,
      dns_ptr: wish.type === "ipv4" ? [{ ip, dns_ptr: defaultPointer(ip) }] : [],
      protection: { delete: false },
      ...wish,
    };
    store.tables.primary_ips.set(made.id, made);
    return made;
  } finally {
    addresses.release(ip);
  }
}

/** Sets, or with null resets, what an address resolves to. */
export function changePointer(ip: PrimaryIp, body: unknown): void {
  const wish = parse(pointer, body);
  if (!isInside(wish.ip, ip.ip)) throw invalidField("ip", "does not belong to this resource");
  const name = wish.dns_ptr ?? (ip.type === "ipv4" ? defaultPointer(wish.ip) : null);
  ip.dns_ptr = ip.dns_ptr.filter((entry) => entry.ip !== wish.ip);
  if (name !== null) ip.dns_ptr.push({ ip: wish.ip, dns_ptr: name });
}

export function primaryIps(router: ApiRouter, cloud: Cloud): void {
  const { store, actions } = cloud;
  const table = store.tables.primary_ips;
  const find = (context: Context) => record(context, table, "primary IP");
  const present = (ip: PrimaryIp) => ({
    ...ip,
    location: presentLocation(ip.location),
    assignee_type: ip.assignee_id === null ? "unassigned" : (ip.assignee_type ?? "server"),
    blocked: false,
  });
  const act = (command: string, ip: PrimaryIp, server?: number | null): Action =>
    actions.done(
      command,
      { id: ip.id, type: "primary_ip" },
      ...(server ? [{ id: server, type: "server" }] : []),
    );
  const assignable = (server: number, family: PrimaryIp["type"]): Server => {
    const found = store.tables.servers.get(server);
    if (found === undefined) throw notFound("server", server);
    if (found.status !== "off") {
      throw new ApiError(422, "server_not_stopped", "the server must be off");
    }
    if (ipOf(cloud, server, family) !== undefined) {
      const code = family === "ipv4" ? "server_has_ipv4" : "server_has_ipv6";
      throw new ApiError(422, code, `the server has an ${family} address already`);
    }
    return found;
  };

  router.get("/primary_ips", (context) =>
    list(context, "primary_ips", table.values(), present, {
      filters: { ip: (ip, value) => ip.ip === value },
    }),
  );

  router.post("/primary_ips", async (context) => {
    const wish = parse(create, context.request.body);
    const check = () => {
      assertUniqueName(table, wish.name);
      return wish.assignee_id ? assignable(wish.assignee_id, wish.type) : null;
    };
    const server = check();
    const place = wish.location ?? server?.location;
    const location = place === undefined ? undefined : findIn(locations, place);
    if (location === undefined) throw invalidField("location", "is required, and must be known");
    if (server !== null && server.location !== location.name) {
      throw invalidField("location", "is not the server's");
    }
    const ip = await makePrimaryIp(
      cloud,
      {
        name: wish.name,
        type: wish.type,
        labels: wish.labels ?? {},
        auto_delete: wish.auto_delete ?? false,
        location: location.name,
        assignee_id: server?.id ?? null,
      },
      check,
    );
    const action = server === null ? null : act("assign_primary_ip", ip, server.id);
    context.status = 201;
    context.body = { primary_ip: present(ip), action };
  });

  router.get("/primary_ips/:id", (context) => {
    context.body = { primary_ip: present(find(context)) };
  });

  router.put("/primary_ips/:id", (context) => {
    const ip = find(context);
    const wish = parse(
      update.extend({ auto_delete: z.boolean().optional() }),
      context.request.body,
    );
    applyUpdate(table, ip, wish);
    ip.auto_delete = wish.auto_delete ?? ip.auto_delete;
    context.body = { primary_ip: present(ip) };
  });

  router.delete("/primary_ips/:id", (context) => {
    const ip = find(context);
    assertUnprotected("primary IP", ip);
    if (ip.assignee_id !== null) {
      throw new ApiError(422, "must_be_unassigned", "the primary IP is assigned to a server");
    }
    table.delete(ip.id);
    context.status = 204;
  });

  router.post("/primary_ips/:id/actions/assign", (context) => {
    const ip = find(context);
    const wish = parse(z.object(assignee), context.request.body);
    if (ip.assignee_id !== null) {
      const message = "the primary IP is assigned already";
      throw new ApiError(422, "primary_ip_already_assigned", message);
    }
    const server = assignable(wish.assignee_id, ip.type);
    if (server.location !== ip.location) {
      throw invalidField("assignee_id", "the server is in another location");
    }
    ip.assignee_id = server.id;
    context.status = 201;
    context.body = { action: act("assign_primary_ip", ip, server.id) };
  });

  router.post("/primary_ips/:id/actions/unassign", (context) => {
    const ip = find(context);
    const server = store.tables.servers.get(ip.assignee_id ?? 0);
    if (server === undefined)
      throw invalidField("id", "the primary IP is not assigned to a server");
    if (server.status !== "off") {
      throw new ApiError(422, "server_not_stopped", "the server must be off");
    }
    if (ip.type === "ipv4" && isPublicTarget(cloud, server)) {
      const message = "the server's IPv4 address is the target of a load balancer";
      throw new ApiError(422, "server_is_load_balancer_target", message);
    }
    ip.assignee_id = null;
    context.status = 201;
    context.body = { action: act("unassign_primary_ip", ip, server.id) };
  });

  router.post("/primary_ips/:id/actions/change_dns_ptr", (context) => {
    const ip = find(context);
    changePointer(ip, context.request.body);
    context.status = 201;
    context.body = { action: act("change_dns_ptr", ip) };
  });

  router.post("/primary_ips/:id/actions/change_protection", (context) => {
    const ip = find(context);
    const wish = parse(deleteProtection.extend(repeatedId), context.request.body);
    ip.protection.delete = wish.delete ?? ip.protection.delete;
    context.status = 201;
    context.body = { action: act("change_protection", ip) };
  });
}
