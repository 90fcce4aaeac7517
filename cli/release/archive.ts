import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const block = 512; // bytes; the format's unit

/** Packs a release's directory, which holds nothing but files, as a tar archive (ustar). */
export function packRelease(directory: string): Buffer {
  const files = readdirSync(directory).sort();
  const parts = files.flatMap((name) => {
    const content = readFileSync(join(directory, name));
    const rest = Buffer.alloc((block - (content.length % block)) % block);
    return [header(name, content.length), content, rest];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) =>
    bytes.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at);
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long a name for a release`);
  bytes.write(name);
  octal(0o600, 100, 8); // mode
  for (const owner of [108, 116]) octal(0, owner, 8); // root
  octal(size, 124, 12);
  octal(0, 136, 12); // time
  bytes.fill(" ", 148, 156); // the sum is made with these in its place
  bytes.write("0", 156); // a file
  bytes.write("ustar\0" + "00", 257);
  octal(
    bytes.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return bytes;
}
