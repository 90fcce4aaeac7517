import { z } from "zod";
import { ApiError, isProtected, notUnique } from "../errors.ts";
import type { Labels, Resource } from "../store/records.ts";

const LABEL_KEY =
  /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

/** Fields that requests for several resources share. */
export const id = z.int().min(1);
export const name = z.string().min(1).max(128);
export const labels = z
  .record(z.string().regex(LABEL_KEY, "is not a valid label key"), z.string().regex(LABEL_VALUE))
  .refine((l) => !Object.keys(l).some((key) => key.startsWith("hetzner.cloud/")), {
    message: "the prefix 'hetzner.cloud/' is reserved",
  });
export const idOrName = z.union([id, z.string().min(1)]);
export const deleteProtection = z.object({ delete: z.boolean().optional() });

/** What every PUT can change. */
export const update = z.object({ name: name.optional(), labels: labels.optional() });

/** Refuses a name that another record of the kind has. */
export function assertUniqueName(table: Map<number, Resource>, wish: string, self?: Resource) {
  for (const row of table.values()) {
    if (row !== self && row.name === wish) throw notUnique("name");
  }
}

/** Applies what a PUT may change of every resource. */
export function applyUpdate(
  table: Map<number, Resource>,
  row: Resource,
  wish: { name?: string | undefined; labels?: Labels | undefined },
): void {
  if (wish.name !== undefined) {
    assertUniqueName(table, wish.name, row);
    row.name = wish.name;
  }
  if (wish.labels !== undefined) row.labels = wish.labels;
}

export function assertUnprotected(what: string, row: { protection: { delete: boolean } }): void {
  if (row.protection.delete) throw isProtected(what);
}

export const inUse = (what: string) =>
  new ApiError(422, "resource_in_use", `${what} is still in use`);
