import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readTar } from "../../../cli/image/tar.ts";
import { packRelease } from "../../../cli/release/archive.ts";

describe("a release on its way to the VM", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-archive-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("is an archive of its files, whatever they hold", () => {
    const files: Record<string, Buffer> = {
      "compose.yml": Buffer.from("services: {}\n"),
      empty: Buffer.alloc(0),
      "environment.json": Buffer.from('{"A":"ü\\u0000"}'.repeat(100)),
      whole: Buffer.alloc(1024, 0xff), // no byte of padding follows
    };
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(directory, name), content);
    }
    const packed = packRelease(directory);
    expect(packed.length % 512).to.equal(0);
    const found = [...readTar(packed)].map(({ path, content }) => [path, content]);
    expect(found).to.deep.equal(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

  it("says in each header what tar checks: its sum, its mode, and that root owns it", () => {
    writeFileSync(join(directory, "routes"), "route.blue {}\n");
    const header = packRelease(directory).subarray(0, 512);
    const number = (at: number) => Number.parseInt(header.toString("latin1", at, at + 7), 8);
    const blank = Buffer.from(header).fill(" ", 148, 156);
    expect(number(148)).to.equal(blank.reduce((sum, byte) => sum + byte, 0));
    expect([number(100), number(108), number(116)]).to.deep.equal([0o600, 0, 0]);
    expect(header.toString("latin1", 257, 265)).to.equal("ustar\u000000");
  });
});
