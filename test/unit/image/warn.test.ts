import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { pointersIn } from "../../../cli/git/lfs.ts";
import { csvLine } from "../../../cli/image/csv.ts";
import { warnOfMissing } from "../../../cli/image/warn.ts";

describe("what an image will lack", () => {
  const told = (warnings: string[], submodules: string[], pointers: string[]) => {
    const said: string[] = [];
    warnOfMissing({ say: (line) => said.push(line) }, { warnings }, { submodules, pointers });
    return said;
  };

  it("is told: each warning, each submodule, and one line for all pointers", () => {
    expect(told([], [], [])).to.deep.equal([]);
    const [large, module, pointers, ...more] = told(["large"], ["lib/x"], ["a.bin", "b.bin", "c"]);
    expect(large).to.equal("  ! large");
    expect(module).to.match(/^ {2}! the submodule "lib\/x" .*: git submodule update --init$/);
    expect(pointers).to.match(/^ {2}! "a\.bin" and 2 more: .*: git lfs install && git lfs pull$/);
    expect(more).to.deep.equal([]);
    expect(told([], [], ["a.bin"])[0]).to.match(/^ {2}! "a\.bin": /);
  });
});

describe("Git LFS's pointers", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-lfs-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("are the small files that begin as one, where LFS is used at all", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n";
    const files = {
      "a.bin": pointer,
      "b.bin": `x${pointer}`,
      "c.bin": pointer + "x".repeat(1024),
      "d e.bin": pointer,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    symlinkSync("a.bin", join(directory, "link"));
    const run = async () => [...Object.keys(files), "link", "gone", ""].join("\0");
    const used = { find: async () => "HEAD:.gitattributes\0", run };
    expect(await pointersIn(used, "HEAD", directory)).to.deep.equal(["a.bin", "d e.bin"]);
    const unused = { find: async () => undefined, run: () => expect.fail("nothing is listed") };
    expect(await pointersIn(unused, "HEAD", directory)).to.deep.equal([]);
  });
});

describe("a line of CSV", () => {
  const cases: [string[], string][] = [
    [["type=local", "dest=/a b"], "type=local,dest=/a b"],
    [["src=/a,b"], '"src=/a,b"'],
    [['src=/a"b', "x"], '"src=/a""b",x'],
  ];
  for (const [fields, line] of cases) {
    it(line, () => expect(csvLine(...fields)).to.equal(line));
  }
});
