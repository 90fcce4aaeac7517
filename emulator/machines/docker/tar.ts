/** A file to be put into a machine; its folders are made on the way. */
export interface HostFile {
  path: string;
  mode: number;
  text: string;
}

const BLOCK = 512;

/** A tar archive of files that belong to root: what `docker cp -` takes, without a file on disk. */
export function tar(files: HostFile[]): Buffer {
  const parts = files.flatMap(({ path, mode, text }) => {
    const body = Buffer.from(text);
    const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
    return [header(path.replace(/^\//, ""), mode, body.length), body, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, mode: number, size: number): Buffer {
  if (path.length > 100) throw new Error(`path is too long for a tar header: ${path}`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "latin1");
  block.write(path, 0, "latin1");
  octal(mode, 100, 8);
  octal(0, 108, 8); // user
  octal(0, 116, 8); // group
  octal(size, 124, 12);
  octal(Math.floor(Date.now() / 1000), 136, 12);
  block.write(" ".repeat(8), 148, "latin1"); // the checksum counts as spaces
  block.write("0", 156, "latin1"); // an ordinary file
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}
