import { FormatError } from "../../dns/scan.ts";
import { type RecordSet, readZonefile } from "../../dns/zonefile.ts";
import { invalidField } from "../../errors.ts";
import type { RrSet, Zone } from "../../store/records.ts";
import { ttl } from "./fields.ts";
import { assertChangeable } from "./find.ts";
import { setId } from "./present.ts";
import { conflict } from "./records.ts";
import { NAME_SERVERS, raiseSerial, serialOf } from "./soa.ts";

/** Replaces everything in a zone by what a zone file says; changes nothing if it cannot be read. */
export function importZonefile(zone: Zone, text: string, now: string): void {
  for (const set of Object.values(zone.rrsets)) assertChangeable(set);
  const file = attempt(() => readZonefile(text, zone.name));
  const problem = problemOf(file.ttl, file.rrsets);
  if (problem !== null) throw invalidField("zonefile", problem);
  const serial = serialOf(zone);
  zone.ttl = file.ttl ?? zone.ttl;
  zone.rrsets = Object.fromEntries(file.rrsets.map((set) => [setId(set), stored(set, now)]));
  raiseSerial(zone, now, serial);
}

/** The documented rules of an import, and those of every zone. */
function problemOf(defaultTtl: number | null, sets: RecordSet[]): string | null {
  const bad = [defaultTtl, ...sets.map((set) => set.ttl)].find(
    (one) => one !== null && !ttl.safeParse(one).success,
  );
  if (bad !== undefined) return `a TTL must be from 60 to 2147483647, not ${bad}`;
  const find = (type: string) => sets.find((set) => set.name === "@" && set.type === type);
  if (find("SOA") === undefined) return "a SOA record must be present";
  const present = find("NS")?.records.map(({ value }) => value) ?? [];
  const absent = NAME_SERVERS.find((server) => !present.includes(server));
  if (absent !== undefined) return `the assigned name server ${absent} must be present`;
  for (const set of sets) {
    const problem = conflict(set, sets);
    if (problem !== null) return `${setId(set)}: ${problem}`;
  }
  return null;
}

const stored = (set: RecordSet, created: string): RrSet => ({
  ...set,
  created,
  labels: {},
  protection: { change: false },
});

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw invalidField("zonefile", cause.message);
  }
}
