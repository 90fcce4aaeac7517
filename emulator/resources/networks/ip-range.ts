import { isIPv4 } from "node:net";

/** A range of IPv4 addresses, as numbers: its first address, its last, and how many bits name it. */
interface IpRange {
  first: number;
  last: number;
  bits: number;
}

export const addressNumber = (text: string): number =>
  text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

export const addressText = (number: number): string =>
  [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");

/** Reads CIDR notation; null unless it is the canonical form, without bits beyond the mask. */
export function parseRange(text: string): IpRange | null {
  const [, address = "", digits = ""] = /^([\d.]+)\/(\d|[12]\d|3[0-2])$/.exec(text) ?? [];
  if (!isIPv4(address)) return null;
  const bits = Number(digits);
  const size = 2 ** (32 - bits);
  const first = addressNumber(address);
  return first % size === 0 ? { first, last: first + size - 1, bits } : null;
}

/** Reads a range that was checked when it was stored. */
export function knownRange(text: string): IpRange {
  const range = parseRange(text);
  if (range === null) throw new Error(`'${text}' is not an IP range`);
  return range;
}

export const rangeText = ({ first, bits }: IpRange): string => `${addressText(first)}/${bits}`;

export const contains = (outer: IpRange, inner: IpRange): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;

export const holds = (range: IpRange, address: number): boolean =>
  range.first <= address && address <= range.last;

export const overlaps = (a: IpRange, b: IpRange): boolean => a.first <= b.last && b.first <= a.last;

/** The private ranges of RFC 1918. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(knownRange);

export const isPrivate = (range: IpRange): boolean =>
  PRIVATE.some((whole) => contains(whole, range));
