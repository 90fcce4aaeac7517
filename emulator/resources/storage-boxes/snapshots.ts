import { known, storageBoxTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { parse } from "../../errors.ts";
import { among, list } from "../../http/list.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { StorageBox, StorageBoxSnapshot } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { limitReached } from "../networks/layout.ts";
import { newSnapshot, snapshotUpdate } from "./fields.ts";
import { partsOf } from "./within.ts";

const PATH = "/storage_boxes/:id/snapshots";

/** Snapshots of a storage box, made when asked for; a plan makes none by itself. */
export function snapshots(
  router: ApiRouter,
  { store, actions, clock }: Cloud,
  findBox: (context: Context) => StorageBox,
): void {
  const table = store.tables.storage_box_snapshots;
  const { all, one } = partsOf(table, findBox, "snapshot");
  const present = (snapshot: StorageBoxSnapshot) => ({
    ...snapshot,
    is_automatic: false,
    stats: { size: 0, size_filesystem: 0 },
  });
  const done = (command: string, { id, storage_box }: StorageBoxSnapshot) =>
    actions.done(
      command,
      { id: storage_box, type: "storage_box" },
      { id, type: "storage_box_snapshot" },
    );

  router.get(PATH, (context) =>
    list(context, "snapshots", all(context), present, {
      filters: { is_automatic: among(["true", "false"], (_, value) => value === "false") },
    }),
  );

  router.post(PATH, (context) => {
    const box = findBox(context);
    const wish = parse(newSnapshot, context.request.body);
    const { snapshot_limit: most } = known(storageBoxTypes, box.storage_box_type);
    if (all(context).length >= most) {
      throw limitReached("snapshots", `this type has at most ${most} snapshots`);
    }
    const id = store.nextId("storage_box_snapshots");
    const created = timestamp(clock);
    const snapshot: StorageBoxSnapshot = {
      id,
      created,
      // Named after the moment; two of one second must differ nevertheless.
      name: `${created.slice(0, 19).replaceAll(":", "-")}-${id}`,
      labels: wish.labels ?? {},
      storage_box: box.id,
      description: wish.description ?? "",
    };
    table.set(id, snapshot);
    context.status = 201;
    context.body = { snapshot: present(snapshot), action: done("create_snapshot", snapshot) };
  });

  router.get(`${PATH}/:part`, (context) => {
    context.body = { snapshot: present(one(context)) };
  });

  router.put(`${PATH}/:part`, (context) => {
    const snapshot = one(context);
    const wish = parse(snapshotUpdate, context.request.body);
    snapshot.description = wish.description ?? snapshot.description;
    snapshot.labels = wish.labels ?? snapshot.labels;
    context.body = { snapshot: present(snapshot) };
  });

  router.delete(`${PATH}/:part`, (context) => {
    const snapshot = one(context);
    table.delete(snapshot.id);
    context.status = 201;
    context.body = { action: done("delete_snapshot", snapshot) };
  });
}
