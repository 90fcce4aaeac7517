import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { exportTree } from "../../../cli/git/export.ts";
import { Git } from "../../../cli/git/git.ts";
import { checkedOut } from "../../../cli/git/tree.ts";
import { Processes } from "../../../cli/processes.ts";

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 5\n`;

describe("an exported tree", () => {
  let parent: string;
  let clone: string;
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" };
  const run = (...args: string[]) =>
    execFileSync("git", ["-C", clone, ...args], { env: environment, stdio: "pipe" });

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "onebox-export-"));
    clone = join(parent, "clone");
    mkdirSync(clone);
    run("init", "--quiet");
    run("config", "user.name", "Test");
    run("config", "user.email", "test@onebox.invalid");
    run("commit", "--quiet", "--allow-empty", "--message", "Begin");
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  async function exported() {
    const git = new Git(clone, new Processes(environment));
    const { tree } = await checkedOut(git, join(parent, "index"));
    const out = join(parent, "out");
    const missing = await exportTree(git, tree, out);
    return { missing, files: readdirSync(out, "buffer").map((name) => name.toString("latin1")) };
  }

  it("has files whatever their names are", async () => {
    const names = ["a\nb", "-x", "\xff\xfe", '"q"', "$(id)"];
    for (const name of names) {
      writeFileSync(Buffer.concat([Buffer.from(`${clone}/`), Buffer.from(name, "latin1")]), "x");
    }
    expect((await exported()).files.sort()).to.deep.equal(names.sort());
  });

  it("has what the commit names, whatever replacements, links and attributes are in the user's way", async () => {
    const put = (name: string, text: string) => writeFileSync(join(clone, name), text);
    put("a", "a\n");
    symlinkSync("a", join(clone, "link"));
    run("add", "--all");
    run("commit", "--quiet", "--message", "Have files");
    put("../other", "other\n");
    run("replace", ...["HEAD:a", run("hash-object", "-w", "../other").toString().trim()]);
    put("../attributes", "* text eol=crlf\n");
    run("config", "core.attributesFile", join(parent, "attributes"));
    run("config", "core.symlinks", "false");
    await exported();
    expect(readFileSync(join(parent, "out/a"), "latin1")).to.equal("a\n");
    expect(readlinkSync(join(parent, "out/link"))).to.equal("a");
  });

  it("has a file that is called as a submodule's index could be", async () => {
    writeFileSync(join(clone, "lib.index"), "x");
    mkdirSync(join(clone, "lib"));
    const inner = (...args: string[]) =>
      run("-C", "lib", "-c", "user.name=Test", "-c", "user.email=test@onebox.invalid", ...args);
    inner("init", "--quiet");
    writeFileSync(join(clone, "lib/file"), "x");
    inner("add", "file");
    inner("commit", "--quiet", "--message", "Begin");
    expect((await exported()).files.sort()).to.deep.equal(["lib", "lib.index"]);
    expect(readdirSync(join(parent, "out/lib"))).to.deep.equal(["file"]);
  });

  it("names the files of which only Git LFS's pointer is there", async () => {
    writeFileSync(join(clone, "text"), pointer);
    expect((await exported()).missing.standIns, "nothing is kept there").to.deep.equal([]);
    mkdirSync(join(clone, "media"));
    writeFileSync(join(clone, "media/.gitattributes"), "*.bin filter=lfs -text\n");
    writeFileSync(join(clone, "media/ä b.bin"), pointer);
    writeFileSync(join(clone, "media/whole.bin"), "a file");
    run("add", "--all");
    rmSync(join(parent, "out"), { recursive: true });
    const [missed, ...others] = (await exported()).missing.standIns;
    expect(missed?.paths).to.deep.equal(["media/ä b.bin", "text"]);
    expect(others).to.deep.equal([]);
  });

  it("has large files that nobody has committed, but names them", async () => {
    writeFileSync(join(clone, "small"), "x");
    writeFileSync(join(clone, "a dump"), "x");
    truncateSync(join(clone, "a dump"), 60e6);
    const git = new Git(clone, new Processes(environment));
    const warned = async () => (await checkedOut(git, join(parent, "index"))).warnings;
    expect(await warned()).to.deep.equal([
      `"a dump" (60 MB) is not committed, but goes to the builder, and into git's objects: .gitignore can name it`,
    ]);
    run("add", "--all");
    run("commit", "--quiet", "--message", "Keep the dump");
    writeFileSync(join(clone, "small"), "y");
    expect(await warned()).to.deep.equal([]);
  });

  it("can be had whatever the user has git say of ends of lines", async () => {
    run("config", "core.autocrlf", "true");
    run("config", "core.safecrlf", "true");
    writeFileSync(join(clone, "text"), "a\nb\n");
    expect((await exported()).files).to.deep.equal(["text"]);
    expect(readFileSync(join(parent, "out/text"), "utf8")).to.equal("a\nb\n");
  });
});
