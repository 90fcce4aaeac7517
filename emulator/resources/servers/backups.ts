import { z } from "zod";
import { known, serverTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { ApiError, parse } from "../../errors.ts";
import type { Action, Image, Server } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { startOn } from "../../work/work.ts";
import { labels } from "../fields.ts";
import { presentStored, systemOf } from "../images.ts";
import type { Post } from "./route.ts";

/** Hours of the day, in UTC, in which the real cloud makes backups; it picks one of six such windows. */
const WINDOW = "22-02";

const schema = z.object({
  type: z.enum(["snapshot", "backup"]).optional(),
  description: z.string().max(255).nullish(),
  labels: labels.optional(),
});

/** Starts to make an image of a server's disk. */
function beginImage(
  cloud: Cloud,
  server: Server,
  wish: z.output<typeof schema>,
): { image: Image; action: Action } {
  const type = wish.type ?? "snapshot";
  const { store } = cloud;
  const image: Image = {
    id: store.nextId("images"),
    created: timestamp(cloud.clock),
    name: "",
    labels: wish.labels ?? {},
    type,
    status: "creating",
    description: wish.description ?? `${type} of ${server.name}`,
    image_size: null,
    disk_size: server.primary_disk_size,
    created_from: { id: server.id, name: server.name },
    bound_to: type === "backup" ? server.id : null,
    ...systemOf(cloud, server.image),
    architecture: known(serverTypes, server.server_type).architecture,
    protection: { delete: false },
    deleted: null,
  };
  store.tables.images.set(image.id, image);
  const action = startOn(cloud, "create_image", server, null, [{ id: image.id, type: "image" }]);
  return { image, action };
}

/** create_image, enable_backup and disable_backup. */
export function backups(post: Post, cloud: Cloud): void {
  post("create_image", (server, context) => {
    const wish = parse(schema, context.request.body);
    if (wish.type === "backup" && server.backup_window === null) {
      throw new ApiError(422, "unsupported_error", "backups are not enabled for this server");
    }
    const { image, action } = beginImage(cloud, server, wish);
    return { action, image: presentStored(image) };
  });

  post("enable_backup", (server) => {
    server.backup_window ??= WINDOW;
    return cloud.actions.done("enable_backup", { id: server.id, type: "server" });
  });

  post("disable_backup", (server) => {
    server.backup_window = null;
    return startOn(cloud, "disable_backup", server); // its backups go
  });
}
