import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { filesIn } from "../../../cli/image/context.ts";
import { listPackages } from "../../../cli/image/packages.ts";
import { readTar } from "../../../cli/image/tar.ts";

/** An empty file as Go's archive/tar writes it, and so Docker: the whole name first, then what of it is ASCII. */
function paxEntry(name: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(" path="), name, Buffer.from("\n")]);
  const digits = String(rest.length + 2).length;
  const record = Buffer.concat([Buffer.from(String(rest.length + digits)), rest]);
  const header = (short: string, type: string, size: number) => {
    const block = Buffer.alloc(512);
    block.write(short, 0);
    block.write(size.toString(8).padStart(11, "0"), 124);
    block.write(`${type}ustar`, 156);
    return block;
  };
  const content = Buffer.alloc(512);
  record.copy(content);
  return Buffer.concat([header("PaxHeaders.0", "x", record.length), content, header("", "0", 0)]);
}

describe("a layer's archive", () => {
  let directory: string;
  const long = `${"deep/".repeat(40)}file-with-a-long-name.txt`;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-tar-"));
    for (const path of ["a.txt", "etc/empty", long]) {
      mkdirSync(dirname(join(directory, "in", path)), { recursive: true });
      writeFileSync(join(directory, "in", path), path === "etc/empty" ? "" : path);
    }
    symlinkSync("a.txt", join(directory, "in/link"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("goes on behind names that only pax can hold, and takes them whole", () => {
    const names = [
      Buffer.from("日本"),
      Buffer.from([0xff, 0xfe]),
      Buffer.from("a\n11 path=b\n"),
      Buffer.from("z"),
    ];
    const packed = names.map((name) => paxEntry(name));
    const found = [...readTar(Buffer.concat([...packed, Buffer.alloc(1024)]))];
    expect(found.map(({ path }) => path)).to.deep.equal([
      "日本",
      "\ufffd\ufffd",
      "a\n11 path=b\n",
      "z",
    ]);
  });

  for (const format of ["gnu", "ustar", "pax"]) {
    it(`is read as tar writes it in the format ${format}`, () => {
      const skip = format === "ustar" ? ["--exclude", "deep"] : [];
      const args = ["-C", join(directory, "in"), `--format=${format}`, ...skip, "-c", "."];
      const files = new Map(
        [...readTar(execFileSync("tar", args))].map(({ path, content }) => [
          path,
          content?.toString(),
        ]),
      );
      expect(files.get("a.txt")).to.equal("a.txt");
      expect(files.get("etc/empty")).to.equal("");
      expect(files.has("link")).to.equal(true);
      expect(files.get("link")).to.equal(undefined);
      if (format !== "ustar") expect(files.get(long)).to.equal(long);
    });
  }
});

describe("a build's context", () => {
  it("is listed from the image that it was copied into: files and links, no directories", () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox-tar-"));
    try {
      const path = (name: string) => join(directory, name);
      mkdirSync(path("in/server"), { recursive: true });
      mkdirSync(path("out"));
      writeFileSync(path("in/server/größe.ts"), "");
      writeFileSync(path("in/b"), "");
      symlinkSync("b", path("in/a"));
      execFileSync("tar", ["-C", path("in"), "-cf", path("out/layer.tar"), "."]);
      writeFileSync(path("out/manifest.json"), '[{"Config":"x","Layers":["layer.tar"]}]');
      const saved = execFileSync("tar", ["-C", path("out"), "-c", "manifest.json", "layer.tar"]);
      expect(filesIn(saved)).to.deep.equal(["a", "b", "server/größe.ts"]);
      writeFileSync(path("out/manifest.json"), '[{"Layers":["../../etc/passwd"]}]');
      const other = execFileSync("tar", ["-C", path("out"), "-c", "manifest.json", "layer.tar"]);
      expect(() => filesIn(other)).to.throw("has left the layer out");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("the packages of an image", () => {
  it("are Debian's, Alpine's and npm's, each once; removed ones are none", () => {
    const dpkg = [
      "Package: libc6\nStatus: install ok installed\nVersion: 2.41-12",
      "Package: gone\nStatus: deinstall ok config-files\nVersion: 1.0",
      "",
    ].join("\n\n");
    const files = new Map([
      ["var/lib/dpkg/status", dpkg],
      ["lib/apk/db/installed", "C:Q1\nP:musl\nV:1.2.5-r9\n\n"],
      ["app/node_modules/koa/package.json", '{"name":"koa","version":"3.3.0"}'],
      ["app/node_modules/@koa/router/package.json", '{"name":"@koa/router","version":"15.7.0"}'],
      ["app/node_modules/x/node_modules/koa/package.json", '{"name":"koa","version":"3.3.0"}'],
      ["app/node_modules/koa/test/package.json", '{"name":"fixture","version":"1.0.0"}'],
      ["app/package.json", '{"name":"app","version":"1.0.0"}'],
    ]);
    expect(listPackages(files).map((p) => `${p.kind} ${p.name} ${p.version}`)).to.deep.equal([
      "apk musl 1.2.5-r9",
      "deb libc6 2.41-12",
      "npm @koa/router 15.7.0",
      "npm koa 3.3.0",
    ]);
  });
});
