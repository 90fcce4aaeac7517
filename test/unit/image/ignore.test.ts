import {
  existsSync,
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

  it("writes through no link", () => {
    writeFileSync(path("elsewhere"), "mine");
    symlinkSync(path("elsewhere"), path("web/.dockerignore"));
    writeFileSync(path("web/Dockerfile.dockerignore"), "own\n");
    use("web");
    expect(readFileSync(path("elsewhere"), "utf8")).to.equal("mine");
  });
});
