import { find as findIn, storageBoxTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { invalidField, notFound, parse } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { StorageBox } from "../../store/records.ts";
import { deleteProtection } from "../fields.ts";
import { accessSettings, changed, newPassword, newType, plan, rollback } from "./fields.ts";

/** Everything under `/storage_boxes/:id/actions`. */
export function storageBoxActions(
  router: ApiRouter,
  { store, actions }: Cloud,
  find: (context: Context) => StorageBox,
): void {
  /** Adds an action, whose command has the name of its path. */
  const post = (name: string, change: (box: StorageBox, body: unknown) => void) =>
    router.post(`/storage_boxes/:id/actions/${name}`, (context) => {
      const box = find(context);
      change(box, context.request.body);
      context.status = 201;
      context.body = { action: actions.done(name, { id: box.id, type: "storage_box" }) };
    });

  post("change_protection", (box, body) => {
    const wish = parse(deleteProtection, body);
    box.protection.delete = wish.delete ?? box.protection.delete;
  });

  post("change_type", (box, body) => {
    const wish = parse(newType, body);
    const type = findIn(storageBoxTypes, wish.storage_box_type);
    if (type === undefined) throw notFound("storage box type", wish.storage_box_type);
    if (type.name === box.storage_box_type) {
      throw invalidField("storage_box_type", "is the type that it has");
    }
    box.storage_box_type = type.name;
  });

  post("reset_password", (_, body) => {
    parse(newPassword, body);
  });

  post("update_access_settings", (box, body) => {
    box.access_settings = changed(box.access_settings, parse(accessSettings, body));
  });

  post("rollback_snapshot", (box, body) => {
    const { snapshot: key } = parse(rollback, body);
    const own = [...store.tables.storage_box_snapshots.values()].filter((s) => {
      return s.storage_box === box.id;
    });
    if (findIn(own, key) === undefined) throw notFound("snapshot", key);
  });

  post("enable_snapshot_plan", (box, body) => {
    const { day_of_week = null, day_of_month = null, ...wish } = parse(plan, body);
    box.snapshot_plan = { ...wish, day_of_week, day_of_month };
  });

  post("disable_snapshot_plan", (box) => {
    box.snapshot_plan = null;
  });
}
