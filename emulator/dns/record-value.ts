import { isUtf8 } from "node:buffer";
import { isIPv4, isIPv6 } from "node:net";
import type { Answer } from "dns-packet";
import { absolute, isDomainName } from "./domain-name.ts";
import { FormatError, scan, type Word } from "./scan.ts";
import { serviceBinding } from "./service-binding.ts";

/** Types of records that a zone may hold. */
export const TYPES = [
  "A",
  "AAAA",
  "CAA",
  "CNAME",
  "DS",
  "HINFO",
  "HTTPS",
  "MX",
  "NS",
  "PTR",
  "RP",
  "SOA",
  "SRV",
  "SVCB",
  "TLSA",
  "TXT",
] as const;
export type RecordType = (typeof TYPES)[number];

/** A record's type and data as dns-packet takes them. */
type RecordData = { [A in Answer as A["type"]]: A extends { data: infer D } ? D : never };
type Typed = { type: Answer["type"]; data: RecordData[keyof RecordData] };

const STRING = 255;
const MOST_8 = 2 ** 8 - 1;
const MOST_16 = 2 ** 16 - 1;
const MOST_32 = 2 ** 32 - 1;

/** Reads the words of a value from left to right. */
export class Fields {
  readonly #words: Word[];
  readonly #origin: string;
  #at = 0;

  constructor(words: Word[], origin: string) {
    this.#words = words;
    this.#origin = origin;
  }

  word(what: string): Word {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new FormatError(`${what} is missing`);
    return word;
  }

  number(what: string, most: number): number {
    const { raw } = this.word(what);
    const value = /^\d{1,10}$/.test(raw) ? Number(raw) : Number.NaN;
    if (value >= 0 && value <= most) return value;
    throw new FormatError(`${what} must be a number from 0 to ${most}`);
  }

  /** A domain name, whole and without a last dot. */
  name(what: string): string {
    const { raw } = this.word(what);
    const name = absolute(raw, this.#origin);
    if (name === "." || isDomainName(name)) return name.toLowerCase();
    throw new FormatError(`${what} is not a domain name`);
  }

  text(what: string): string {
    const { bytes } = this.word(what);
    if (bytes.length <= STRING && isUtf8(bytes)) return bytes.toString();
    throw new FormatError(`${what} must be UTF-8 of at most ${STRING} bytes`);
  }

  address(what: string, is: (text: string) => boolean): string {
    const { raw } = this.word(what);
    if (is(raw)) return raw;
    throw new FormatError(`is not an ${what}`);
  }

  hex(what: string): Buffer {
    const digits = this.rest()
      .map(({ raw }) => raw)
      .join("");
    if (/^([0-9a-f]{2})+$/i.test(digits)) return Buffer.from(digits, "hex");
    throw new FormatError(`${what} must be bytes in hexadecimal`);
  }

  rest(): Word[] {
    const words = this.#words.slice(this.#at);
    this.#at = this.#words.length;
    return words;
  }

  end(): void {
    if (this.#at < this.#words.length) throw new FormatError("has more fields than its type");
  }
}

/** Several strings, each in quotation marks. */
function strings(fields: Fields): Buffer[] {
  const words = fields.rest();
  for (const word of words) {
    if (!word.quoted) throw new FormatError("must be strings in quotation marks");
    if (word.bytes.length > STRING) {
      throw new FormatError(`a string is longer than ${STRING} bytes: split it into several`);
    }
  }
  return words.map(({ bytes }) => bytes);
}

/** Bytes of a DS record's digest by its type: SHA-1, SHA-256, SHA-384. */
const DIGESTS: Record<number, number> = { 1: 20, 2: 32, 4: 48 };

function delegationSigner(fields: Fields): RecordData["DS"] {
  const keyTag = fields.number("key tag", MOST_16);
  const algorithm = fields.number("algorithm", MOST_8);
  const digestType = fields.number("digest type", MOST_8);
  const digest = fields.hex("digest");
  if (digest.length === (DIGESTS[digestType] ?? digest.length)) {
    return { keyTag, algorithm, digestType, digest };
  }
  throw new FormatError(`digest must have ${DIGESTS[digestType]} bytes`);
}

function caa(fields: Fields) {
  const flags = fields.number("flags", MOST_8);
  const tag = fields.word("tag").raw;
  if (!/^[a-z0-9]{1,15}$/i.test(tag)) throw new FormatError("tag must be letters and digits");
  return { flags, tag, value: fields.text("value") };
}

const READERS: Record<RecordType, (fields: Fields) => Typed["data"]> = {
  A: (f) => f.address("IPv4 address", isIPv4),
  AAAA: (f) => f.address("IPv6 address", (text) => isIPv6(text) && !text.includes("%")),
  CAA: (f) => caa(f) as RecordData["CAA"],
  CNAME: (f) => f.name("target"),
  DS: delegationSigner,
  HINFO: (f) => ({ cpu: f.text("cpu"), os: f.text("os") }),
  HTTPS: serviceBinding,
  MX: (f) => ({ preference: f.number("preference", MOST_16), exchange: f.name("exchange") }),
  NS: (f) => f.name("name server"),
  PTR: (f) => f.name("target"),
  RP: (f) => ({ mbox: f.name("mailbox"), txt: f.name("text name") }),
  SOA: (f) => ({
    mname: f.name("primary name server"),
    rname: f.name("mailbox"),
    serial: f.number("serial", MOST_32),
    refresh: f.number("refresh", MOST_32),
    retry: f.number("retry", MOST_32),
    expire: f.number("expire", MOST_32),
    minimum: f.number("minimum", MOST_32),
  }),
  SRV: (f) => ({
    priority: f.number("priority", MOST_16),
    weight: f.number("weight", MOST_16),
    port: f.number("port", MOST_16),
    target: f.name("target"),
  }),
  SVCB: serviceBinding,
  TLSA: (f) => ({
    usage: f.number("usage", MOST_8),
    selector: f.number("selector", MOST_8),
    matchingType: f.number("matching type", MOST_8),
    certificate: f.hex("certificate"),
  }),
  TXT: strings,
};

/** Types that dns-packet knows by their number only. */
const WIRE_TYPES: Partial<Record<RecordType, string>> = { SVCB: "UNKNOWN_64", HTTPS: "UNKNOWN_65" };
export const wireType = (type: RecordType) => (WIRE_TYPES[type] ?? type) as Answer["type"];

/**
 * Reads a record's value as a zone file would write it; names in it are relative to `origin` unless
 * they end with a dot. Throws a FormatError that says what is wrong.
 */
export function readValue(type: RecordType, value: string, origin: string): Typed {
  const [entry, ...more] = scan(value);
  if (entry === undefined || more.length > 0) throw new FormatError("must be one line");
  if (/^\s|\s$|[\r\n]/.test(value)) throw new FormatError("must not begin or end with a blank");
  if (entry.comment !== null) throw new FormatError("has an unquoted semicolon");
  const fields = new Fields(entry.words, origin);
  const data = READERS[type](fields);
  fields.end();
  return { type: wireType(type), data };
}
