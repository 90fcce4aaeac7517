import { z } from "zod";
import { find as findIn, locations } from "../catalogue/catalogue.ts";
import type { Cloud } from "../cloud.ts";
import { ApiError, invalidField, isLocked, notFound, parse } from "../errors.ts";
import { among, list } from "../http/list.ts";
import { type ApiRouter, type Context, record } from "../http/router.ts";
import type { Action, Server, Volume } from "../store/records.ts";
import { timestamp } from "../timestamp.ts";
import { startOn } from "../work/work.ts";
import { presentLocation } from "./catalogue.ts";
import {
  assertUniqueName,
  assertUnprotected,
  deleteProtection,
  id,
  idOrName,
  inUse,
  labels,
  name,
} from "./fields.ts";
import { readAndUpdate } from "./read-and-update.ts";

const size = z.int().min(10).max(10_240);
const create = z.object({
  name: name.max(64),
  size,
  labels: labels.optional(),
  location: idOrName.optional(),
  server: id.optional(),
  automount: z.boolean().optional(),
  format: z.enum(["ext4", "xfs"]).optional(),
});
const MOST_PER_SERVER = 16;

export function volumes(router: ApiRouter, cloud: Cloud): void {
  const { store, actions, machines, clock } = cloud;
  const table = store.tables.volumes;
  const find = (context: Context) => record(context, table, "volume");
  const present = ({ automount: _, ...volume }: Volume) => ({
    ...volume,
    status: "available",
    location: presentLocation(volume.location),
    linux_device: `/dev/disk/by-id/scsi-0HC_Volume_${volume.id}`,
  });
  const itself = (volume: Volume) => ({ id: volume.id, type: "volume" });
  const assertUnlocked = (volume: Volume) => {
    if (actions.locks("volume", volume.id)) throw isLocked("volume");
  };
  const attachable = (server: number, location: string | undefined): Server => {
    const found = store.tables.servers.get(server);
    if (found === undefined) throw notFound("server", server);
    if (actions.locks("server", server)) throw isLocked("server");
    if (location !== undefined && found.location !== location) {
      throw invalidField("server", "the server is in another location");
    }
    const attached = [...table.values()].filter((v) => v.server === server).length;
    if (attached >= MOST_PER_SERVER) {
      const details = { limits: [{ name: "attached_volumes" }] };
      const message = `a server has at most ${MOST_PER_SERVER} volumes`;
      throw new ApiError(403, "resource_limit_exceeded", message, details);
    }
    return found;
  };
  const attach = (volume: Volume, server: Server, automount: boolean): Action => {
    volume.server = server.id;
    volume.automount = automount;
    return startOn(cloud, "attach_volume", server, null, [itself(volume)]);
  };

  router.get("/volumes", (context) =>
    list(context, "volumes", table.values(), present, {
      filters: { status: among(["creating", "available"], (_, value) => value === "available") },
    }),
  );

  router.post("/volumes", (context) => {
    const wish = parse(create, context.request.body);
    if ((wish.server === undefined) === (wish.location === undefined)) {
      throw invalidField("location", "exactly one of location and server is needed");
    }
    if (wish.automount !== undefined && wish.server === undefined) {
      throw invalidField("automount", "needs a server");
    }
    assertUniqueName(table, wish.name);
    const server = wish.server === undefined ? null : attachable(wish.server, undefined);
    const location = findIn(locations, server?.location ?? wish.location ?? "");
    if (location === undefined) throw invalidField("location", "is not known");
    const volume: Volume = {
      id: store.nextId("volumes"),
      created: timestamp(clock),
      name: wish.name,
      labels: wish.labels ?? {},
      size: wish.size,
      server: null,
      automount: false,
      location: location.name,
      format: wish.format ?? null,
      protection: { delete: false },
    };
    table.set(volume.id, volume);
    const action = actions.done("create_volume", itself(volume));
    const next = server === null ? [] : [attach(volume, server, wish.automount ?? false)];
    context.status = 201;
    context.body = { volume: present(volume), action, next_actions: next };
  });

  readAndUpdate(router, { path: "/volumes", key: "volume", table, find, present });

  router.delete("/volumes/:id", async (context) => {
    const volume = find(context);
    assertUnprotected("volume", volume);
    assertUnlocked(volume);
    if (volume.server !== null) throw inUse("volume");
    table.delete(volume.id);
    await store.commit(); // before the data goes: a volume that is listed has its data
    await machines.removeVolume(volume.id);
    context.status = 204;
  });

  router.post("/volumes/:id/actions/attach", (context) => {
    const volume = find(context);
    const wish = parse(
      z.object({ server: id, automount: z.boolean().optional() }),
      context.request.body,
    );
    assertUnlocked(volume);
    if (volume.server !== null) {
      throw new ApiError(422, "volume_already_attached", "the volume is attached already");
    }
    const server = attachable(wish.server, volume.location);
    context.status = 201;
    context.body = { action: attach(volume, server, wish.automount ?? false) };
  });

  router.post("/volumes/:id/actions/detach", (context) => {
    const volume = find(context);
    assertUnlocked(volume);
    const server = store.tables.servers.get(volume.server ?? 0);
    if (server === undefined) throw invalidField("id", "the volume is not attached");
    if (actions.locks("server", server.id)) throw isLocked("server");
    volume.server = null;
    volume.automount = false;
    context.status = 201;
    context.body = { action: startOn(cloud, "detach_volume", server, null, [itself(volume)]) };
  });

  router.post("/volumes/:id/actions/resize", (context) => {
    const volume = find(context);
    const wish = parse(z.object({ size }), context.request.body);
    assertUnlocked(volume);
    if (wish.size < volume.size) throw invalidField("size", "a volume can only grow");
    const server = store.tables.servers.get(volume.server ?? 0);
    if (server !== undefined && actions.locks("server", server.id)) throw isLocked("server");
    volume.size = wish.size;
    context.status = 201;
    const action =
      server === undefined
        ? actions.done("resize_volume", itself(volume))
        : startOn(cloud, "resize_volume", server, null, [itself(volume)]);
    context.body = { action };
  });

  router.post("/volumes/:id/actions/change_protection", (context) => {
    const volume = find(context);
    const wish = parse(deleteProtection, context.request.body);
    volume.protection.delete = wish.delete ?? volume.protection.delete;
    context.status = 201;
    context.body = { action: actions.done("change_protection", itself(volume)) };
  });
}
