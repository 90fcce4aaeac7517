import type { Cloud } from "../../cloud.ts";
import { ApiError, invalidField, notFound, parse } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { Action, PrimaryIp, Server } from "../../store/records.ts";
import { isPublicTarget } from "../load-balancers/targets.ts";
import { assignment, protection } from "./fields.ts";
import { ipOf } from "./make.ts";
import { changePointer } from "./pointers.ts";

/** An action on a primary IP, and on a server when it concerns one, that is done already. */
export const done = ({ actions }: Cloud, command: string, ip: PrimaryIp, server?: number): Action =>
  actions.done(
    command,
    { id: ip.id, type: "primary_ip" },
    ...(server === undefined ? [] : [{ id: server, type: "server" }]),
  );

const assertOff = ({ status }: Server) => {
  if (status !== "off") throw new ApiError(422, "server_not_stopped", "the server must be off");
};

/** A server that may get an address of this family, or why not. */
export function assignable(cloud: Cloud, server: number, family: PrimaryIp["type"]): Server {
  const found = cloud.store.tables.servers.get(server);
  if (found === undefined) throw notFound("server", server);
  assertOff(found);
  if (ipOf(cloud, server, family) !== undefined) {
    const code = family === "ipv4" ? "server_has_ipv4" : "server_has_ipv6";
    throw new ApiError(422, code, `the server has an ${family} address already`);
  }
  return found;
}

export function primaryIpActions(
  router: ApiRouter,
  cloud: Cloud,
  find: (context: Context) => PrimaryIp,
): void {
  /** `change` returns the server that it concerns, if any. */
  const post = (
    name: string,
    command: string,
    change: (ip: PrimaryIp, body: unknown) => Server | undefined,
  ) =>
    router.post(`/primary_ips/:id/actions/${name}`, (context) => {
      const ip = find(context);
      const server = change(ip, context.request.body);
      context.status = 201;
      context.body = { action: done(cloud, command, ip, server?.id) };
    });

  post("assign", "assign_primary_ip", (ip, body) => {
    const wish = parse(assignment, body);
    if (ip.assignee_id !== null) {
      const message = "the primary IP is assigned already";
      throw new ApiError(422, "primary_ip_already_assigned", message);
    }
    const server = assignable(cloud, wish.assignee_id, ip.type);
    if (server.location !== ip.location) {
      throw invalidField("assignee_id", "the server is in another location");
    }
    ip.assignee_id = server.id;
    return server;
  });

  post("unassign", "unassign_primary_ip", (ip) => {
    const server = cloud.store.tables.servers.get(ip.assignee_id ?? 0);
    if (server === undefined) {
      throw invalidField("id", "the primary IP is not assigned to a server");
    }
    assertOff(server);
    if (ip.type === "ipv4" && isPublicTarget(cloud, server)) {
      const message = "the server's IPv4 address is the target of a load balancer";
      throw new ApiError(422, "server_is_load_balancer_target", message);
    }
    ip.assignee_id = null;
    return server;
  });

  post("change_dns_ptr", "change_dns_ptr", (ip, body) => {
    changePointer(ip, body);
    return undefined;
  });

  post("change_protection", "change_protection", (ip, body) => {
    const wish = parse(protection, body);
    ip.protection.delete = wish.delete ?? ip.protection.delete;
    return undefined;
  });
}
