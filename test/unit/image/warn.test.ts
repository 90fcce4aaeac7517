import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Missed, standInsIn } from "../../../cli/git/stand-ins.ts";
import { csvLine } from "../../../cli/image/csv.ts";
import { warnOfMissing } from "../../../cli/image/warn.ts";

describe("what an image will lack", () => {
  const told = (warnings: string[], submodules: string[], paths: string[]) => {
    const said: string[] = [];
    const standIns: Missed[] =
      paths.length === 0 ? [] : [{ what: "a pointer", fix: "git lfs pull", paths }];
    warnOfMissing({ say: (line) => said.push(line) }, { warnings }, { submodules, standIns });
    return said;
  };

  it("is told: each warning, each submodule, and one line for all stand-ins of a kind", () => {
    expect(told([], [], [])).to.deep.equal([]);
    const [large, module, pointers, ...more] = told(["large"], ["lib/x"], ["a.bin", "b.bin", "c"]);
    expect(large).to.equal("  ! large");
    expect(module).to.match(/^ {2}! the submodule "lib\/x" .*: git submodule update --init$/);
    expect(pointers).to.match(
      /^ {2}! "a\.bin" and 2 more: the image gets a pointer: git lfs pull$/,
    );
    expect(more).to.deep.equal([]);
    expect(told([], [], ["a.bin"])[0]).to.match(/^ {2}! "a\.bin": /);
  });
});

describe("stand-ins for files", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-stand-ins-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("are what begins as one, where such a tool is used at all", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n";
    const files = {
      "a.bin": pointer,
      "b.bin": `x${pointer}`,
      "c.bin": pointer + "x".repeat(1024),
      "d e.bin": pointer,
      key: `\0GITCRYPT\0${"x".repeat(2000)}`,
      "key.txt": "GITCRYPT",
      small: "\0GIT",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    symlinkSync("a.bin", join(directory, "link"));
    const run = async () => [...Object.keys(files), "link", "gone", ""].join("\0");
    const used = { find: async () => "HEAD:.gitattributes\0", run };
    const found = await standInsIn(used, "HEAD", directory);
    expect(found.map(({ fix, paths }) => [fix, paths])).to.deep.equal([
      ["git lfs install && git lfs pull", ["a.bin", "d e.bin"]],
      ["git-crypt unlock", ["key"]],
    ]);
    const unused = { find: async () => undefined, run: () => expect.fail("nothing is listed") };
    expect(await standInsIn(unused, "HEAD", directory)).to.deep.equal([]);
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
