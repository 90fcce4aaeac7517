import type { RrSet, Zone } from "../../store/records.ts";

/** The name servers that Hetzner assigns to every zone. */
export const NAME_SERVERS = [
  "hydrogen.ns.hetzner.com.",
  "oxygen.ns.hetzner.com.",
  "helium.ns.hetzner.de.",
];

const SOA = `${NAME_SERVERS[0]} dns.hetzner.com. 0 86400 10800 3600000 3600`;
const SERIAL = 2; // the third word of a SOA record

/** What a new zone holds by itself. `now` is a timestamp of the API. */
export function defaultSets(now: string): RrSet[] {
  const set = (type: RrSet["type"], ...values: string[]): RrSet => ({
    name: "@",
    type,
    ttl: null,
    created: now,
    labels: {},
    protection: { change: false },
    records: values.map((value) => ({ value, comment: "" })),
  });
  return [set("SOA", SOA), set("NS", ...NAME_SERVERS)];
}

/** The next serial by Hetzner's convention: the day and two digits that count up. */
function nextSerial(current: number, day: string): number {
  return Math.max(current + 1, Number(day.replaceAll("-", "")) * 100);
}

/** Secondary servers see by the serial that a zone has changed. `before` is the serial so far. */
export function raiseSerial(zone: Zone, now: string, before = serialOf(zone)): void {
  const soa = zone.rrsets["@/SOA"]?.records[0];
  if (soa === undefined) return;
  const words = soa.value.split(/\s+/);
  words[SERIAL] = String(nextSerial(before, now.slice(0, 10)));
  soa.value = words.join(" ");
}

export const serialOf = (zone: Zone) =>
  Number(zone.rrsets["@/SOA"]?.records[0]?.value.split(/\s+/)[SERIAL] ?? 0);
