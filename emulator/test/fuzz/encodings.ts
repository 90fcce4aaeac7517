import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { createRandom } from "../support/random.ts";

/** A body as it is sent, and the headers that say how it is encoded, rightly or not. */
export interface Sent {
  body: Buffer | string;
  headers: Record<string, string>;
}

const ENCODERS: Record<string, (plain: Buffer) => Buffer> = {
  gzip: (plain) => gzipSync(plain, { level: 1 }),
  deflate: (plain) => deflateSync(plain, { level: 1 }),
  br: (plain) => brotliCompressSync(plain, { params: { 1: 1 } }),
};
const NAMES = [
  "gzip",
  "deflate",
  "br",
  "zstd",
  "compress",
  "identity",
  "GZIP",
  "gzip, br",
  ",",
  "é",
];
const TYPES = [
  ...["application/json", "application/json; charset=utf-16", "text/plain; charset=latin1"],
  ...["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ";", "a/b/c"],
];

/** Encodes a body as few clients do, and breaks some of those bodies. */
export function encoded(body: Buffer | string, random: ReturnType<typeof createRandom>): Sent {
  const chance = random.next();
  if (chance < 0.7) return { body, headers: {} };
  const plain = Buffer.from(body);
  if (chance < 0.75) return { body, headers: { "Content-Type": random.pick(TYPES) } };
  const [name, encode] = random.pick(Object.entries(ENCODERS));
  const packed = encode(plain);
  const headers = { "Content-Encoding": name };
  if (chance < 0.87) return { body: packed, headers };
  if (chance < 0.9) return { body: packed.subarray(0, random.below(packed.length)), headers };
  if (chance < 0.93) {
    const broken = Buffer.from(packed);
    broken[random.below(broken.length)] = random.below(256);
    return { body: broken, headers };
  }
  if (chance < 0.95) return { body: plain, headers };
  if (chance < 0.97) return { body: deflateRawSync(plain), headers };
  if (chance < 0.975) return { body: encode(Buffer.alloc(2 << 20, " ")), headers };
  return { body: packed, headers: { "Content-Encoding": random.pick(NAMES) } };
}
