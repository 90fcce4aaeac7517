import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import { useOwnIgnoreFile } from "../../../cli/image/ignore.ts";
import { checkConfig } from "../../../config/check.ts";
import { root } from "../../../config/load.ts";
import { configWith } from "../../fixtures/valid-config.ts";

describe("what a builder leaves out", () => {
  const { app } = checkConfig(configWith({}), root);
  let directory: string;
  const path = (name: string) => join(directory, name);
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-ignore-"));
    mkdirSync(path("web"));
    writeFileSync(path("web/Dockerfile"), "");
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const use = (context: string) =>
    useOwnIgnoreFile(directory, { ...app, context, dockerfile: "web/Dockerfile" });

  it("is what the Dockerfile's own list says, and not the context's", () => {
    writeFileSync(path("web/Dockerfile.dockerignore"), "own\n");
    writeFileSync(path(".dockerignore"), "*\n");
    use(".");
    expect(readFileSync(path(".dockerignore"), "utf8")).to.equal("own\n");
    expect(existsSync(path("web/.dockerignore"))).to.equal(false);
  });

  it("is what the context's list says where the Dockerfile has none", () => {
    writeFileSync(path("web/.dockerignore"), "*\n");
    use("web");
    expect(readFileSync(path("web/.dockerignore"), "utf8")).to.equal("*\n");
  });

  it("is what a link in the tree leads to, as a file: the old builder takes no other", () => {
    writeFileSync(path("list"), "*\n");
    symlinkSync("../list", path("web/.dockerignore"));
    use("web");
    expect(lstatSync(path("web/.dockerignore")).isFile()).to.equal(true);
    expect(readFileSync(path("web/.dockerignore"), "utf8")).to.equal("*\n");
  });

  it("is refused where the list is a folder, or outside of the tree", () => {
    mkdirSync(path("web/.dockerignore"));
    expect(() => use("web")).to.throw(RefusedError, "web/.dockerignore is no file");
    writeFileSync(path("web/Dockerfile.dockerignore"), "own\n");
    use("web"); // in whose place the own one comes
    expect(readFileSync(path("web/.dockerignore"), "utf8")).to.equal("own\n");
    rmSync(path("web/Dockerfile.dockerignore"));
    rmSync(path("web/.dockerignore"));
    symlinkSync("/etc/hostname", path("web/.dockerignore"));
    expect(() => use("web")).to.throw(RefusedError, "is a link to outside the tree");
  });

  it("writes through no link", () => {
    writeFileSync(path("elsewhere"), "mine");
    symlinkSync(path("elsewhere"), path("web/.dockerignore"));
    writeFileSync(path("web/Dockerfile.dockerignore"), "own\n");
    use("web");
    expect(readFileSync(path("elsewhere"), "utf8")).to.equal("mine");
  });
});
