import { readValue } from "../../dns/record-value.ts";
import { FormatError, scan } from "../../dns/scan.ts";
import type { RecordSet } from "../../dns/zonefile.ts";
import { type FieldProblem, invalidField, invalidInput } from "../../errors.ts";
import type { RrSet, Zone } from "../../store/records.ts";

type Wish = { value: string; comment?: string | undefined }[];

/** Records as they are kept; refuses values that do not fit their type, and names each. */
export function readRecords(zone: string, type: RrSet["type"], wish: Wish): RrSet["records"] {
  const problems: FieldProblem[] = [];
  wish.forEach(({ value }, at) => {
    try {
      readValue(type, value, zone);
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause;
      problems.push({ name: `records.${at}.value`, messages: [cause.message] });
    }
  });
  if (problems.length > 0) throw invalidInput(`invalid value of a ${type} record`, problems);
  // The server writes into a SOA record: that one has its words a blank apart.
  const plain = (value: string) =>
    scan(value)[0]
      ?.words.map(({ raw }) => raw)
      .join(" ") ?? "";
  return wish.map(({ value, comment }) => ({
    value: type === "SOA" ? plain(value) : value,
    comment: comment ?? "",
  }));
}

/** What cannot stand together in a zone (RFC 1034, section 3.6.2), or null. */
export function conflict(set: RecordSet, others: RecordSet[]): string | null {
  const beside = others.filter((one) => one.name === set.name && one.type !== set.type);
  const count = set.records.length;
  if (set.type === "CNAME" && beside.length > 0) return "a CNAME cannot stand beside other records";
  if (beside.some((one) => one.type === "CNAME")) return "no record can stand beside a CNAME";
  if (set.type === "CNAME" && count > 1) return "a name can only have one CNAME record";
  if (set.type === "SOA" && (set.name !== "@" || count > 1)) {
    return "a zone has one SOA record, at @";
  }
  return null;
}

/** Refuses a set that the zone cannot have, as it is or as it would be. */
export function assertFits(zone: Zone, set: RecordSet): void {
  if (set.name === zone.name || set.name.endsWith(`.${zone.name}`)) {
    throw invalidField("name", "must not end with the zone's name");
  }
  if (`${set.name}.${zone.name}`.length > 253) throw invalidField("name", "is too long");
  const problem = conflict(set, Object.values(zone.rrsets));
  if (problem !== null) throw invalidField("records", problem);
}
