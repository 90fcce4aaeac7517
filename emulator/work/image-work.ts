import type { Cloud } from "../cloud.ts";
import { backupsOf, dropImage } from "../resources/images.ts";
import type { Action, Image, Server } from "../store/records.ts";

/** A server keeps as many backups; the next one takes the place of the oldest. */
const MOST_BACKUPS = 7;

function imageOf({ store }: Cloud, resources: Action["resources"]): Image | undefined {
  const target = resources.find((r) => r.type === "image");
  return store.tables.images.get(target?.id ?? 0);
}

/** Copies a server's disk into the image that the action made. */
export async function takeImage(cloud: Cloud, server: Server, resources: Action["resources"]) {
  const image = imageOf(cloud, resources);
  if (image === undefined) throw new Error("the image is gone");
  try {
    const bytes = await cloud.machines.takeSnapshot(server.id, image.id);
    image.image_size = Math.round(bytes / 1e7) / 100;
    image.status = "available";
  } catch (cause) {
    giveUpImage(cloud, resources);
    throw cause;
  }
  if (image.type !== "backup") return;
  for (const old of backupsOf(cloud, server.id).slice(0, -MOST_BACKUPS)) {
    await dropImage(cloud, old);
  }
}

/** What could not be made will never be there. */
export function giveUpImage(cloud: Cloud, resources: Action["resources"]): void {
  const image = imageOf(cloud, resources);
  if (image?.status === "creating") image.status = "unavailable";
}

export async function dropBackups(cloud: Cloud, server: Server): Promise<void> {
  for (const image of backupsOf(cloud, server.id)) await dropImage(cloud, image);
}
