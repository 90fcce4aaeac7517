import type { Cloud } from "../../cloud.ts";
import type { RrSet, Zone } from "../../store/records.ts";
import { NAME_SERVERS } from "./soa.ts";

/** A zone as the API shows it. Nobody has delegated it: it is served on this computer only. */
export function presentZone({ actions }: Cloud, { rrsets, ...zone }: Zone) {
  const sets = Object.values(rrsets);
  return {
    ...zone,
    authoritative_nameservers: {
      assigned: NAME_SERVERS,
      delegated: [],
      delegation_last_check: null,
      delegation_status: "unknown",
    },
    registrar: "unknown",
    status: actions.locks("zone", zone.id) ? "updating" : "ok",
    record_count: sets.reduce((sum, set) => sum + set.records.length, 0),
  };
}

export const setId = ({ name, type }: Pick<RrSet, "name" | "type">) => `${name}/${type}`;

/** A set as the API shows it. */
export const presentSet = (zone: Zone, { created, ...set }: RrSet) => ({
  id: setId(set),
  ...set,
  zone: zone.id,
});
