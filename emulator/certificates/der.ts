/** What X.509 needs of ASN.1's distinguished encoding rules (X.690). */
type Der = Buffer;

function tagged(tag: number, ...contents: Buffer[]): Der {
  const content = Buffer.concat(contents);
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const bytes = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes, content]);
}

export const sequence = (...items: Der[]): Der => tagged(0x30, ...items);
export const set = (...items: Der[]): Der => tagged(0x31, ...items);
export const utf8 = (text: string): Der => tagged(0x0c, Buffer.from(text));
export const octets = (content: Buffer): Der => tagged(0x04, content);
export const bits = (content: Buffer): Der => tagged(0x03, Buffer.from([0]), content);
export const TRUE: Der = tagged(0x01, Buffer.from([0xff]));

/** A number that is not negative: where its first bit is set, a zero comes before it. */
export const integer = (bytes: Buffer): Der =>
  tagged(0x02, ...((bytes[0] ?? 0) >= 0x80 ? [Buffer.from([0])] : []), bytes);

/** A field that is told by its number instead of its type. */
export const explicit = (number: number, item: Der): Der => tagged(0xa0 | number, item);
export const implicit = (number: number, content: Buffer): Der => tagged(0x80 | number, content);

/** A time before 2050, to the second. */
export const time = (at: Date): Der =>
  tagged(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));

export function objectId(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const groups = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}
