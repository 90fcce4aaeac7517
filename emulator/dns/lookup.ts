import type { Answer } from "dns-packet";
import { within } from "./domain-name.ts";
import { type RecordType, readValue, TYPES } from "./record-value.ts";
import type { RecordSet } from "./zonefile.ts";

/** What the server answers from: its sets by `name/TYPE`. One without a SOA record has not been loaded. */
export interface ServedZone {
  name: string;
  ttl: number;
  rrsets: Record<string, RecordSet>;
}

/** The zone that a name is in, if it is one of ours. */
export type ZoneSource = (name: string) => ServedZone | undefined;

export interface Reply {
  rcode: "NOERROR" | "NXDOMAIN" | "REFUSED" | "SERVFAIL";
  authoritative: boolean;
  answers: Answer[];
  authorities: Answer[];
  additionals: Answer[];
}

/** Aliases that are followed; a longer chain ends where it is. */
const MOST_ALIASES = 8;

/** Answers a question as an authoritative server does (RFC 1034, section 4.3.2). */
export function lookUp(zoneOf: ZoneSource, name: string, type: RecordType | "ANY"): Reply {
  const reply: Reply = {
    rcode: "NOERROR",
    authoritative: true,
    answers: [],
    authorities: [],
    additionals: [],
  };
  let wanted: string | null = name;
  for (let alias = 0; wanted !== null && alias <= MOST_ALIASES; alias++) {
    const zone = zoneOf(wanted);
    if (zone !== undefined) wanted = step(zone, wanted, type, reply);
    else if (alias > 0)
      break; // an alias may lead to where only a resolver can follow
    else return { ...reply, rcode: "REFUSED", authoritative: false };
  }
  return reply;
}

/** Adds what one zone says; returns the name that an alias leads to. */
function step(
  zone: ServedZone,
  name: string,
  type: RecordType | "ANY",
  reply: Reply,
): string | null {
  const soa = zone.rrsets["@/SOA"];
  if (soa === undefined) {
    Object.assign(reply, { rcode: "SERVFAIL", authoritative: false });
    return null;
  }
  const relative = within(name, zone.name) ?? "@";
  const cut = delegation(zone, relative, type);
  if (cut !== undefined) {
    if (reply.answers.length === 0) reply.authoritative = false;
    reply.authorities.push(...answers(zone, cut));
    reply.additionals.push(...glue(zone, cut));
    return null;
  }
  const node = nodeOf(zone, relative);
  if (node === null) reply.rcode = "NXDOMAIN";
  const alias = node === null ? undefined : zone.rrsets[`${node}/CNAME`];
  if (alias !== undefined && type !== "CNAME" && type !== "ANY") {
    const [record] = answers(zone, alias, name);
    if (record === undefined || reply.answers.some((a) => a.name === record.name)) return null;
    reply.answers.push(record);
    return (record as { data: string }).data;
  }
  const wanted = type === "ANY" ? TYPES : [type];
  const sets = wanted.flatMap((one) => zone.rrsets[`${node}/${one}`] ?? []);
  reply.answers.push(...sets.flatMap((set) => answers(zone, set, name)));
  if (sets.length === 0) reply.authorities.push(...negative(zone, soa));
  return null;
}

/** The first set of NS records between the zone's top and the name: who knows about it. */
function delegation(zone: ServedZone, relative: string, type: string): RecordSet | undefined {
  if (relative === "@") return undefined;
  const labels = relative.split(".");
  for (let from = labels.length - 1; from >= 0; from--) {
    const set = zone.rrsets[`${labels.slice(from).join(".")}/NS`];
    // The DS records of a delegated name are the parent's (RFC 4035, section 3.1.4.1).
    if (set !== undefined && !(from === 0 && type === "DS")) return set;
  }
  return undefined;
}

/** The name whose records answer: the name itself, a wildcard (RFC 4592), or none. */
function nodeOf(zone: ServedZone, relative: string): string | null {
  if (exists(zone, relative)) return relative;
  const labels = relative.split(".");
  for (let from = 1; from <= labels.length; from++) {
    const parent = labels.slice(from).join(".");
    if (parent !== "" && !exists(zone, parent)) continue;
    const wildcard = parent === "" ? "*" : `*.${parent}`;
    return exists(zone, wildcard) ? wildcard : null;
  }
  return null;
}

/** True if the name has records, or a name below it has. */
function exists(zone: ServedZone, relative: string): boolean {
  if (relative === "@") return true;
  if (TYPES.some((type) => zone.rrsets[`${relative}/${type}`] !== undefined)) return true;
  return Object.values(zone.rrsets).some(({ name }) => name.endsWith(`.${relative}`));
}

function answers(zone: ServedZone, set: RecordSet, owner?: string): Answer[] {
  const name = owner ?? (set.name === "@" ? zone.name : `${set.name}.${zone.name}`);
  const ttl = set.ttl ?? zone.ttl;
  return set.records.map(({ value }) => {
    const typed = readValue(set.type, value, zone.name);
    return { name, ttl, class: "IN", ...typed } as Answer;
  });
}

/** The SOA record of a negative answer, kept as long as it says itself (RFC 2308, section 3). */
function negative(zone: ServedZone, soa: RecordSet): Answer[] {
  return answers(zone, soa).map((record) => {
    const { ttl = 0, data } = record as { ttl?: number; data: { minimum?: number } };
    return { ...record, ttl: Math.min(ttl, data.minimum ?? 0) } as Answer;
  });
}

/** Addresses of name servers that only this zone knows. */
function glue(zone: ServedZone, ns: RecordSet): Answer[] {
  return answers(zone, ns).flatMap((record) => {
    const host = within((record as { data: string }).data, zone.name);
    if (host === null) return [];
    return (["A", "AAAA"] as const).flatMap((type) => {
      const set = zone.rrsets[`${host}/${type}`];
      return set === undefined ? [] : answers(zone, set);
    });
  });
}
