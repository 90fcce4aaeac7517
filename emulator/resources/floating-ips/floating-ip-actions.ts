import type { Cloud } from "../../cloud.ts";
import { ApiError, invalidField, isLocked, notFound, parse } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { Action, FloatingIp, Server } from "../../store/records.ts";
import { startOnFloatingIp } from "../../work/work.ts";
import { deleteProtection } from "../fields.ts";
import { changePointer } from "../primary-ips/pointers.ts";
import { assignment } from "./fields.ts";

/** The server that a floating IP is to lead to. */
export function knownServer({ store }: Cloud, key: number): Server {
  const server = store.tables.servers.get(key);
  if (server === undefined) throw notFound("server", key);
  return server;
}

/** Everything under `/floating_ips/:id/actions`. */
export function floatingIpActions(
  router: ApiRouter,
  cloud: Cloud,
  find: (context: Context) => FloatingIp,
): void {
  const post = (name: string, handle: (ip: FloatingIp, body: unknown) => Action) =>
    router.post(`/floating_ips/:id/actions/${name}`, (context) => {
      const ip = find(context);
      if (cloud.actions.locks("floating_ip", ip.id)) throw isLocked("floating IP");
      const action = handle(ip, context.request.body);
      context.status = 201;
      context.body = { action };
    });
  const done = (command: string, ip: FloatingIp) =>
    cloud.actions.done(command, { id: ip.id, type: "floating_ip" });
  const start = (command: string, ip: FloatingIp, server: number) =>
    startOnFloatingIp(cloud, command, ip.id, [{ id: server, type: "server" }]);

  // One that leads to another server is moved: that is what it floats for.
  post("assign", (ip, body) => {
    const server = knownServer(cloud, parse(assignment, body).server);
    if (ip.server === server.id) {
      throw new ApiError(422, "floating_ip_assigned", "the floating IP is already assigned");
    }
    ip.server = server.id;
    return start("assign_floating_ip", ip, server.id);
  });

  post("unassign", (ip) => {
    if (ip.server === null) throw invalidField("id", "the floating IP is not assigned");
    const { server } = ip;
    ip.server = null;
    return start("unassign_floating_ip", ip, server);
  });

  post("change_dns_ptr", (ip, body) => {
    changePointer(ip, body);
    return done("change_dns_ptr", ip);
  });

  post("change_protection", (ip, body) => {
    const wish = parse(deleteProtection, body);
    ip.protection.delete = wish.delete ?? ip.protection.delete;
    return done("change_protection", ip);
  });
}
