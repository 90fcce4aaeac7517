import { z } from "zod";
import { idOrName, labels, name } from "../fields.ts";

const password = z.string().min(12).max(128);
const description = z.string().max(255);
const flag = z.boolean().optional();
const access = {
  reachable_externally: flag,
  samba_enabled: flag,
  ssh_enabled: flag,
  webdav_enabled: flag,
};

export const accessSettings = z.object({ ...access, zfs_enabled: flag });
export const subaccountAccess = z.object({ ...access, readonly: flag });

export const create = z.object({
  name,
  storage_box_type: idOrName,
  location: idOrName,
  password,
  labels: labels.optional(),
  ssh_keys: z.array(z.string().min(1)).optional(),
  access_settings: accessSettings.optional(),
});
export const newPassword = z.object({ password });
export const newType = z.object({ storage_box_type: idOrName });
export const rollback = z.object({ snapshot: idOrName });
export const plan = z.object({
  max_snapshots: z.int().min(1).max(40),
  minute: z.int().min(0).max(59),
  hour: z.int().min(0).max(23),
  day_of_week: z.int().min(1).max(7).nullish(),
  day_of_month: z.int().min(1).max(31).nullish(),
});

export const newSnapshot = z.object({
  description: description.optional(),
  labels: labels.optional(),
});
export const snapshotUpdate = newSnapshot;

/** Within the storage box: no way out of it. */
const homeDirectory = z
  .string()
  .min(1)
  .refine((path) => !path.split("/").includes(".."), "must not lead out of the storage box");
export const newSubaccount = z.object({
  name: name.optional(),
  home_directory: homeDirectory,
  password,
  description: description.optional(),
  labels: labels.optional(),
  access_settings: subaccountAccess.optional(),
});
export const subaccountUpdate = z.object({
  name: name.optional(),
  description: description.optional(),
  labels: labels.optional(),
});
export const newHome = z.object({ home_directory: homeDirectory });

/** Settings with what a request says of them. */
export const changed = <T extends object>(
  settings: T,
  wish: { [K in keyof T]?: T[K] | undefined } | undefined,
): T =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, wish?.[key as keyof T] ?? value]),
  ) as T;
