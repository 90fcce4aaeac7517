import { absolute, isDomainName, within } from "./domain-name.ts";
import { type RecordType, readValue, TYPES } from "./record-value.ts";
import { type Entry, FormatError, scan, type Word } from "./scan.ts";

/** Records of one name and type, as a zone file or a request gives them. */
export interface RecordSet {
  name: string;
  type: RecordType;
  ttl: number | null;
  records: { value: string; comment: string }[];
}

interface ZoneFile {
  /** Its `$TTL`. */
  ttl: number | null;
  rrsets: RecordSet[];
}

const CLASSES = ["IN", "CH", "CS", "HS"];
const UNITS: Record<string, number> = { "": 1, s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/** Reads a zone file in BIND's format; throws a FormatError that names the line. */
export function readZonefile(text: string, origin: string): ZoneFile {
  const file: ZoneFile = { ttl: null, rrsets: [] };
  const sets = new Map<string, RecordSet>();
  let name: string | null = null;
  for (const entry of scan(text)) {
    try {
      if (entry.words[0]?.raw.startsWith("$")) directive(entry, origin, file);
      else name = record(entry, origin, name, sets);
    } catch (cause) {
      if (!(cause instanceof FormatError)) throw cause;
      throw new FormatError(`line ${entry.line}: ${cause.message}`, { cause });
    }
  }
  file.rrsets.push(...sets.values());
  return file;
}

function directive({ words }: Entry, origin: string, file: ZoneFile): void {
  const [name, value, more] = words.map(({ raw }) => raw);
  if (value === undefined || more !== undefined) throw new FormatError(`${name} needs one value`);
  if (name === "$TTL") file.ttl = duration(value);
  else if (name !== "$ORIGIN") throw new FormatError(`${name} is not supported`);
  else if (value !== `${origin}.`) throw new FormatError(`$ORIGIN must be ${origin}.`);
}

/** Takes in one record; returns its name, which an indented line after it shares. */
function record(
  { words, indented, comment }: Entry,
  origin: string,
  previous: string | null,
  sets: Map<string, RecordSet>,
): string {
  const rest = [...words];
  const name = indented ? previous : ownerName(rest.shift()?.raw ?? "", origin);
  if (name === null) throw new FormatError("the record has no name");
  let ttl: number | null = null;
  let type = rest.shift()?.raw.toUpperCase();
  for (; type !== undefined && (CLASSES.includes(type) || /^\d/.test(type)); ) {
    if (/^\d/.test(type)) ttl = duration(type);
    else if (type !== "IN") throw new FormatError(`only records of class IN, not ${type}`);
    type = rest.shift()?.raw.toUpperCase();
  }
  const known = TYPES.find((one) => one === type);
  if (known === undefined) throw new FormatError(`type ${type ?? ""} is not supported`);
  const value = join(rest);
  readValue(known, value, origin);

  const key = `${name}/${known}`;
  const set = sets.get(key) ?? { name, type: known, ttl, records: [] };
  if (set.ttl !== ttl) throw new FormatError(`the records of ${key} have different TTLs`);
  if (set.records.some((other) => other.value === value)) {
    throw new FormatError(`${key} has this value already`);
  }
  set.records.push({ value, comment: comment ?? "" });
  sets.set(key, set);
  return name;
}

function ownerName(raw: string, origin: string): string {
  const whole = absolute(raw, origin).toLowerCase();
  const name = isDomainName(whole) ? within(whole, origin) : null;
  if (name === null) throw new FormatError(`${raw} is not a name in ${origin}`);
  return name;
}

/** Seconds; `1h30m` is understood as BIND does. */
function duration(text: string): number {
  if (!/^(\d{1,10}[smhdw]?)+$/i.test(text)) throw new FormatError(`${text} is not a TTL`);
  return [...text.matchAll(/(\d+)([smhdw]?)/gi)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit.toLowerCase()] ?? 1),
    0,
  );
}

const join = (words: Word[]) =>
  words.map(({ raw, joined }, at) => (at === 0 || joined ? raw : ` ${raw}`)).join("");

/** Writes a zone file as Hetzner's export does: SOA first, then NS, then the others by name. */
export function writeZonefile(origin: string, ttl: number, rrsets: RecordSet[]): string {
  const rank = ({ name, type }: RecordSet) =>
    name !== "@" ? 3 : type === "SOA" ? 0 : type === "NS" ? 1 : 2;
  const order = (a: RecordSet, b: RecordSet) =>
    rank(a) - rank(b) || (`${a.name}/${a.type}` < `${b.name}/${b.type}` ? -1 : 1);
  const blocks = rrsets.toSorted(order).map((set) =>
    set.records.map(({ value, comment }) => {
      const own = set.ttl === null ? [] : [String(set.ttl)];
      const line = [set.name, "IN", ...own, set.type, value].join("\t");
      return `${line}${comment === "" ? "" : ` ; ${comment}`}\n`;
    }),
  );
  const head = `$ORIGIN\t${origin}.\n$TTL\t${ttl}\n`;
  return [head, ...blocks.map((lines) => lines.join(""))].join("\n");
}
