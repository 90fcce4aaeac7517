import { gunzipSync, zstdDecompressSync } from "node:zlib";

/** A file in a tar archive; `content` is undefined for what is no regular file. */
export interface TarEntry {
  path: string;
  content: Buffer | undefined;
  isDirectory: boolean;
}

const block = 512; // bytes; the format's unit

/** Reads a layer of an image: an archive, compressed or not. */
export function readLayer(bytes: Buffer): Generator<TarEntry> {
  if (bytes.length < 4) return readTar(bytes);
  if (bytes.readUInt16BE(0) === 0x1f8b) return readTar(gunzipSync(bytes));
  return readTar(bytes.readUInt32LE(0) === 0xfd2fb528 ? zstdDecompressSync(bytes) : bytes);
}

/**
 * Reads a tar archive as container layers are made: ustar, with long names in GNU's way or POSIX'
 * (pax). Paths come without "./" before them and "/" behind.
 */
export function* readTar(archive: Buffer): Generator<TarEntry> {
  let longName: string | undefined;
  for (let at = 0; at + block <= archive.length; ) {
    const header = archive.subarray(at, at + block);
    // Its name may be empty, as it is where the whole one is not ASCII and stands before it: only zeros are the end.
    if (header.every((byte) => byte === 0)) return;
    const size = sizeOf(header);
    if (!(size >= 0)) return; // no header: the archive may be a stranger's, who would have it read for ever
    const content = archive.subarray(at + block, at + block + size);
    const type = String.fromCharCode(header[156] ?? 0);
    at += block + Math.ceil(size / block) * block;
    if (type === "L") longName = text(content, 0, content.length);
    else if (type === "x") longName = paxPath(content) ?? longName;
    else if (type !== "g") {
      const path = (longName ?? shortName(header)).replace(/^\.?\//, "").replace(/\/$/, "");
      const isFile = type === "0" || type === "\0";
      yield { path, content: isFile ? content : undefined, isDirectory: type === "5" };
      longName = undefined;
    }
  }
}

/** Octal digits or, for sizes that need more of them, a number of 8 bytes. */
function sizeOf(header: Buffer): number {
  if ((header[124] ?? 0) & 0x80) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(text(header, 124, 12).trim() || "0", 8);
}

function shortName(header: Buffer): string {
  const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
  return prefix === "" ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`;
}

/** Of records "LENGTH KEY=VALUE\n": the length is the whole record's, in bytes, as a value may hold newlines. */
function paxPath(records: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < records.length; ) {
    const length = Number(/^\d{1,9}(?= )/.exec(text(records, at, 10))?.[0] ?? 0);
    if (length === 0) return path;
    const record = text(records, at, length);
    path = /^\d+ path=(.*)\n$/s.exec(record)?.[1] ?? path;
    at += length;
  }
  return path;
}

function text(bytes: Buffer, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString("utf8");
}
