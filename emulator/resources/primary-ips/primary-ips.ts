import { z } from "zod";
import { find as findIn, locations } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { canonical } from "../../dns/ip-address.ts";
import { ApiError, invalidField, parse } from "../../errors.ts";
import { list } from "../../http/list.ts";
import { type ApiRouter, type Context, record } from "../../http/router.ts";
import type { PrimaryIp } from "../../store/records.ts";
import { presentLocation } from "../catalogue.ts";
import { applyUpdate, assertUniqueName, assertUnprotected, update } from "../fields.ts";
import { create } from "./fields.ts";
import { makePrimaryIp } from "./make.ts";
import { assignable, done, primaryIpActions } from "./primary-ip-actions.ts";

/** True if the text is this address; a network of IPv6 goes with its prefix and without. */
const isAddress = ({ ip }: PrimaryIp, text: string): boolean =>
  ip === text || ip.split("/")[0] === canonical(text);

export function primaryIps(router: ApiRouter, cloud: Cloud): void {
  const table = cloud.store.tables.primary_ips;
  const find = (context: Context) => record(context, table, "primary IP");
  const present = (ip: PrimaryIp) => ({
    ...ip,
    location: presentLocation(ip.location),
    assignee_type: ip.assignee_id === null ? "unassigned" : (ip.assignee_type ?? "server"),
    blocked: false,
  });

  router.get("/primary_ips", (context) =>
    list(context, "primary_ips", table.values(), present, {
      filters: { ip: (ip, value) => isAddress(ip, value) },
    }),
  );

  router.post("/primary_ips", async (context) => {
    const wish = parse(create, context.request.body);
    const check = () => {
      assertUniqueName(table, wish.name);
      return wish.assignee_id ? assignable(cloud, wish.assignee_id, wish.type) : null;
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
    const action = server === null ? null : done(cloud, "assign_primary_ip", ip, server.id);
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

  primaryIpActions(router, cloud, find);
}
