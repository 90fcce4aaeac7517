import { isIPv4, isIPv6 } from "node:net";
import { addressBytes } from "./ip-address.ts";
import type { Fields } from "./record-value.ts";
import { FormatError, type Word } from "./scan.ts";

/** Parameters of SVCB and HTTPS records by their numbers (RFC 9460, section 14.3). */
const KEYS = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint"];

/** The data of SVCB and HTTPS records (RFC 9460, section 2.2), which dns-packet does not know. */
export function serviceBinding(fields: Fields): Buffer {
  const priority = uint16(fields.number("priority", 65535));
  const target = nameBytes(fields.name("target"));
  const parameters = new Map<number, Buffer>();
  for (const [name, value] of pairs(fields.rest())) {
    const key = keyNumber(name);
    if (parameters.has(key)) throw new FormatError(`parameter ${name} is given twice`);
    parameters.set(key, parameter(name, value));
  }
  const sorted = [...parameters].sort(([a], [b]) => a - b);
  const list = sorted.map(([key, v]) => Buffer.concat([uint16(key), uint16(v.length), v]));
  return Buffer.concat([priority, target, ...list]);
}

/** `name=value` words; a quoted value is a word of its own that joins the name's. */
function pairs(words: Word[]): [string, string][] {
  const found: [string, string][] = [];
  for (const word of words) {
    const last = found.at(-1);
    if (word.quoted && word.joined && last !== undefined) last[1] += word.bytes.toString();
    else {
      const [name = "", ...value] = word.bytes.toString().split("=");
      found.push([name, value.join("=")]);
    }
  }
  return found;
}

function keyNumber(name: string): number {
  const known = KEYS.indexOf(name);
  if (known !== -1) return known;
  const number = /^key(\d{1,5})$/.exec(name)?.[1];
  if (number !== undefined && Number(number) < 65535) return Number(number);
  throw new FormatError(`parameter ${name} is not known`);
}

function parameter(name: string, value: string): Buffer {
  const list = value.split(",");
  if (value === "" && name !== "no-default-alpn") {
    throw new FormatError(`parameter ${name} needs a value`);
  }
  switch (name) {
    case "mandatory":
      return Buffer.concat(
        list
          .map(keyNumber)
          .sort((a, b) => a - b)
          .map(uint16),
      );
    case "alpn":
      return Buffer.concat(list.map(shortString));
    case "no-default-alpn":
      if (value !== "") throw new FormatError("parameter no-default-alpn has no value");
      return Buffer.alloc(0);
    case "port":
      if (!/^\d{1,5}$/.test(value) || Number(value) > 65535) throw new FormatError("bad port");
      return uint16(Number(value));
    case "ipv4hint":
    case "ipv6hint":
      if (!list.every(name === "ipv4hint" ? isIPv4 : isIPv6)) {
        throw new FormatError(`parameter ${name} must be addresses`);
      }
      return Buffer.from(list.flatMap(addressBytes));
    case "ech":
      return Buffer.from(value, "base64");
    default:
      return Buffer.from(value);
  }
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function shortString(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length === 0 || bytes.length > 255) throw new FormatError("alpn has a bad name");
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

/** A name on the wire, never compressed here. */
function nameBytes(name: string): Buffer {
  if (name === ".") return Buffer.of(0);
  const labels = name.split(".").map((label) => Buffer.from(label));
  return Buffer.concat([...labels.flatMap((l) => [Buffer.of(l.length), l]), Buffer.of(0)]);
}
