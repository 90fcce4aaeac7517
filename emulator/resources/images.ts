import { z } from "zod";
import * as offer from "../catalogue/catalogue.ts";
import type { Cloud } from "../cloud.ts";
import { ApiError, invalidField, isLocked, notFound, parse } from "../errors.ts";
import { among, byId, list } from "../http/list.ts";
import type { ApiRouter, Context } from "../http/router.ts";
import type { Image } from "../store/records.ts";
import { timestamp } from "../timestamp.ts";
import { presentImage } from "./catalogue.ts";
import { assertUnprotected, deleteProtection, labels } from "./fields.ts";

const TYPES = ["system", "app", "snapshot", "backup"];
const STATUSES = ["creating", "available", "unavailable"];

const update = z.object({
  description: z.string().max(255).nullish(),
  type: z.literal("snapshot").optional(),
  labels: labels.optional(),
});

/** A snapshot or a backup as the API shows it. */
export const presentStored = (image: Image) => ({
  ...image,
  name: null,
  rapid_deploy: false,
  deprecated: null,
  deprecation: null,
});

/** An image that the cloud offers, or one that was made of a server. */
type Found = offer.Image | Image;
const present = (image: Found) => ("status" in image ? presentStored(image) : presentImage(image));

/** The image that a server's record names, deleted or not, as the API shows it. */
export function presentImageOf({ store }: Cloud, id: number) {
  const stored = store.tables.images.get(id);
  return stored === undefined ? presentImage(offer.known(offer.images, id)) : presentStored(stored);
}

/** What system an image holds. */
export function systemOf({ store }: Cloud, id: number) {
  const { os_flavor, os_version } = store.tables.images.get(id) ?? offer.known(offer.images, id);
  return { os_flavor, os_version };
}

/** Finds an image by id, or one that has a name by that name and the architecture. */
export function findImage({ store }: Cloud, key: string | number, architecture: string): Found {
  const stored = store.tables.images.get(Number(key));
  const found =
    (stored?.deleted === null ? stored : undefined) ??
    offer.images.find((i) => String(i.id) === String(key)) ??
    offer.images.find((i) => i.name === key && i.architecture === architecture);
  if (found === undefined) throw notFound("image", key);
  return found;
}

/** Refuses an image of which no disk of this size and architecture can be made now. */
export function assertFits(cloud: Cloud, image: Found, architecture: string, disk: number): void {
  if (image.architecture !== architecture) {
    throw invalidField("image", `is for ${image.architecture}, the server type is not`);
  }
  if (!("status" in image)) return;
  if (image.status !== "available" || cloud.actions.locks("image", image.id)) {
    throw isLocked("image");
  }
  if (image.disk_size > disk) {
    throw invalidField("image", `needs a disk of ${image.disk_size} GB`);
  }
}

/** Removes an image with its data. A server that was made of it goes on to show it, as deleted. */
export async function dropImage(cloud: Cloud, image: Image): Promise<void> {
  image.deleted = timestamp(cloud.clock);
  forgetDeleted(cloud);
  await cloud.machines.removeSnapshot(image.id);
}

/** Forgets deleted images that no server shows any more. */
export function forgetDeleted({ store }: Cloud): void {
  const { images, servers } = store.tables;
  const shown = new Set([...servers.values()].map((s) => s.image));
  for (const { id, deleted } of images.values()) {
    if (deleted !== null && !shown.has(id)) images.delete(id);
  }
}

export const backupsOf = ({ store }: Cloud, server: number): Image[] =>
  [...store.tables.images.values()].filter((i) => i.bound_to === server && i.deleted === null);

export function images(router: ApiRouter, cloud: Cloud): void {
  const { actions, store } = cloud;
  const table = store.tables.images;
  const find = (context: Context): Found => {
    const key = context.params.id ?? "";
    const stored = table.get(Number(key));
    const found =
      stored?.deleted === null ? stored : offer.images.find((i) => String(i.id) === key);
    if (found === undefined) throw notFound("image", key);
    return found;
  };
  /** Images that Hetzner offers cannot be changed. */
  const findOwn = (context: Context, verb: string): Image => {
    const image = find(context);
    if ("status" in image) return image;
    throw new ApiError(422, "unsupported_error", `images of type ${image.type} cannot be ${verb}`);
  };

  router.get("/images", (context) => {
    const own = [...table.values()].filter((i) => i.deleted === null);
    list<Found & { created?: string }>(context, "images", [...offer.images, ...own], present, {
      filters: {
        name: (image, value) => image.name !== "" && image.name === value,
        type: among(TYPES, (image, value) => image.type === value),
        status: among(STATUSES, (image, value) => {
          return ("status" in image ? image.status : "available") === value;
        }),
        architecture: among(["x86", "arm"], (image, value) => image.architecture === value),
        bound_to: byId((image, value) => "bound_to" in image && image.bound_to === Number(value)),
        // None of those that are offered is deprecated.
        include_deprecated: among(["true", "false"], () => true),
      },
      sort: ["id", "name", "created"],
    });
  });

  router.get("/images/:id", (context) => {
    context.body = { image: present(find(context)) };
  });

  router.put("/images/:id", (context) => {
    const image = findOwn(context, "changed");
    const wish = parse(update, context.request.body);
    image.description = wish.description ?? image.description;
    image.labels = wish.labels ?? image.labels;
    if (wish.type !== undefined) {
      image.type = wish.type;
      image.bound_to = null;
    }
    context.body = { image: presentStored(image) };
  });

  router.delete("/images/:id", async (context) => {
    const image = findOwn(context, "deleted");
    assertUnprotected("image", image);
    if (actions.locks("image", image.id)) throw isLocked("image");
    await dropImage(cloud, image);
    context.status = 204;
  });

  router.post("/images/:id/actions/change_protection", (context) => {
    const image = findOwn(context, "protected");
    const wish = parse(deleteProtection, context.request.body);
    if (image.type !== "snapshot") {
      throw new ApiError(422, "unsupported_error", "only snapshots can be protected");
    }
    image.protection.delete = wish.delete ?? image.protection.delete;
    context.status = 201;
    context.body = { action: actions.done("change_protection", { id: image.id, type: "image" }) };
  });
}
