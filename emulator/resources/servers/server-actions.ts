import { z } from "zod";
import { find as findIn, serverTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { ApiError, invalidField, parse } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { Server } from "../../store/records.ts";
import { startOn } from "../../work/work.ts";
import { assertSold, orderedType } from "../catalogue.ts";
import { idOrName } from "../fields.ts";
import { pointer } from "../primary-ips/fields.ts";
import { ipOf } from "../primary-ips/make.ts";
import { changePointer } from "../primary-ips/pointers.ts";
import { backups } from "./backups.ts";
import { isos } from "./isos.ts";
import { newPassword } from "./password.ts";
import { rebuild } from "./rebuild.ts";
import { rescue } from "./rescue.ts";
import { serverPost } from "./route.ts";

/** Actions that need no answer from the request: the path's last part, and the action's command. */
const POWER = {
  poweron: "start_server",
  poweroff: "stop_server",
  shutdown: "shutdown_server",
  reboot: "reboot_server",
  reset: "reset_server",
} as const;

/** Everything under `/servers/:id/actions` that does something to the machine or its address. */
export function serverActions(
  router: ApiRouter,
  cloud: Cloud,
  find: (context: Context) => Server,
): void {
  const done = (command: string, server: Server) =>
    cloud.actions.done(command, { id: server.id, type: "server" });
  const post = serverPost(router, cloud, find);
  backups(post, cloud);
  rebuild(post, cloud);
  rescue(post, cloud);
  isos(post, cloud);

  for (const [name, command] of Object.entries(POWER)) {
    post(name, (server) => {
      const idle = (name === "poweron") === (server.status === "running");
      if (idle && name !== "poweron" && name !== "poweroff") {
        throw new ApiError(422, "unsupported_error", "the server is off");
      }
      return idle ? done(command, server) : startOn(cloud, command, server);
    });
  }

  post("change_type", (server, context) => {
    const schema = z.object({ server_type: idOrName, upgrade_disk: z.boolean() });
    const wish = parse(schema, context.request.body);
    const type = orderedType(wish.server_type);
    if (server.status !== "off") {
      throw new ApiError(422, "server_not_stopped", "the server must be off");
    }
    const now = findIn(serverTypes, server.server_type);
    if (
      type.name === now?.name ||
      type.architecture !== now?.architecture ||
      type.disk < server.primary_disk_size
    ) {
      const message = `a server cannot be changed from ${server.server_type} to ${type.name}`;
      throw new ApiError(422, "invalid_server_type", message);
    }
    assertSold(type, server.location);
    server.server_type = type.name;
    if (wish.upgrade_disk) server.primary_disk_size = type.disk;
    return startOn(cloud, "change_server_type", server);
  });

  post("request_console", (server, context) => ({
    action: done("request_console", server),
    ...cloud.consoles.admit(server.id, context.host),
  }));

  post("reset_password", (server) => {
    if (server.status !== "running") {
      throw new ApiError(422, "unsupported_error", "the server must be running");
    }
    const password = newPassword();
    const action = startOn(cloud, "reset_password", server, password);
    return { action, root_password: password };
  });

  post("change_dns_ptr", (server, context) => {
    const { ip } = parse(pointer, context.request.body);
    const own = ipOf(cloud, server.id, ip.includes(":") ? "ipv6" : "ipv4");
    if (own === undefined) throw invalidField("ip", "does not belong to this server");
    changePointer(own, context.request.body);
    return done("change_dns_ptr", server);
  });
}
