import { randomInt } from "node:crypto";
import {
  find as findIn,
  known,
  locations,
  storageBoxLocations,
  storageBoxTypes,
} from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { invalidField, notFound, parse } from "../../errors.ts";
import { list } from "../../http/list.ts";
import { type ApiRouter, type Context, record } from "../../http/router.ts";
import type { StorageBox } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { presentLocation, presentStorageBoxType } from "../catalogue.ts";
import { assertUniqueName, assertUnprotected } from "../fields.ts";
import { readAndUpdate } from "../read-and-update.ts";
import { changed, create } from "./fields.ts";
import { snapshots } from "./snapshots.ts";
import { storageBoxActions } from "./storage-box-actions.ts";
import { subaccounts } from "./subaccounts.ts";

const CLOSED = {
  reachable_externally: false,
  samba_enabled: false,
  ssh_enabled: false,
  webdav_enabled: false,
  zfs_enabled: false,
};

/** Storage boxes are records: nothing can be stored in them. Their snapshots and subaccounts go with them. */
export function storageBoxes(router: ApiRouter, cloud: Cloud): void {
  const { store, actions } = cloud;
  const { storage_boxes: table, storage_box_snapshots, storage_box_subaccounts } = store.tables;
  const find = (context: Context) => record(context, table, "storage box");
  const present = (box: StorageBox) => ({
    ...box,
    status: "active",
    server: `${box.username}.your-storagebox.de`,
    storage_box_type: presentStorageBoxType(known(storageBoxTypes, box.storage_box_type)),
    location: presentLocation(box.location),
    stats: { size: 0, size_data: 0, size_snapshots: 0 },
  });
  const done = (command: string, { id }: StorageBox) =>
    actions.done(command, { id, type: "storage_box" });

  router.get("/storage_boxes", (context) =>
    list(context, "storage_boxes", table.values(), present),
  );

  router.post("/storage_boxes", (context) => {
    const wish = parse(create, context.request.body);
    assertUniqueName(table, wish.name);
    const type = findIn(storageBoxTypes, wish.storage_box_type);
    if (type === undefined) throw notFound("storage box type", wish.storage_box_type);
    const location = findIn(locations, wish.location);
    if (location === undefined || !storageBoxLocations.includes(location.name)) {
      throw invalidField("location", `must be one of ${storageBoxLocations.join(", ")}`);
    }
    const box: StorageBox = {
      id: store.nextId("storage_boxes"),
      created: timestamp(cloud.clock),
      name: wish.name,
      labels: wish.labels ?? {},
      username: `u${randomInt(100_000, 999_999)}`,
      system: `${location.name.toUpperCase()}-BX${randomInt(100, 999)}`,
      storage_box_type: type.name,
      location: location.name,
      access_settings: changed(CLOSED, wish.access_settings),
      protection: { delete: false },
      snapshot_plan: null,
    };
    table.set(box.id, box);
    context.status = 201;
    context.body = { storage_box: present(box), action: done("create", box) };
  });

  readAndUpdate(router, { path: "/storage_boxes", key: "storage_box", table, find, present });

  router.delete("/storage_boxes/:id", (context) => {
    const box = find(context);
    assertUnprotected("storage box", box);
    for (const part of [storage_box_snapshots, storage_box_subaccounts]) {
      for (const { id, storage_box } of part.values()) if (storage_box === box.id) part.delete(id);
    }
    table.delete(box.id);
    context.status = 201;
    context.body = { action: done("delete", box) };
  });

  router.get("/storage_boxes/:id/folders", (context) => {
    find(context);
    context.body = { folders: [] };
  });

  storageBoxActions(router, cloud, find);
  snapshots(router, cloud, find);
  subaccounts(router, cloud, find);
}
