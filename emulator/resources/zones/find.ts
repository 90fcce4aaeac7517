import { ApiError, notFound } from "../../errors.ts";
import type { Context } from "../../http/router.ts";
import type { RrSet, Zone } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";

/** The project's zone with this name. */
function zoneNamed(store: Store, name: string): Zone | undefined {
  for (const zone of store.tables.zones.values()) {
    if (zone.name === name) return zone;
  }
  return undefined;
}

/** The zone that the path names by id or by name, or 404. */
export function findZone(store: Store, context: Context): Zone {
  const key = context.params.id ?? "";
  const byId = /^\d{1,15}$/.test(key) ? store.tables.zones.get(Number(key)) : undefined;
  const zone = byId ?? zoneNamed(store, key);
  if (zone === undefined) throw notFound("zone", key);
  return zone;
}

/** Most calls work on zones of one mode only. */
export function assertMode(zone: Zone, mode: Zone["mode"]): void {
  if (zone.mode === mode) return;
  throw new ApiError(422, "incorrect_zone_mode", `the zone is not in ${mode} mode`);
}

/** The set that the path names, in a primary zone, or 404. */
export function findSet(store: Store, context: Context): { zone: Zone; set: RrSet } {
  const zone = findZone(store, context);
  assertMode(zone, "primary");
  const key = `${context.params.name}/${context.params.type}`;
  const set = Object.hasOwn(zone.rrsets, key) ? zone.rrsets[key] : undefined;
  if (set === undefined) throw notFound("rrset", key);
  return { zone, set };
}

export function assertChangeable(set: RrSet): void {
  if (set.protection.change)
    throw new ApiError(423, "protected", "rrset is protected from changes");
}
