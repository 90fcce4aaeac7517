import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import { useOwnIgnoreFile } from "../../../cli/image/ignore.ts";
import { needInTree } from "../../../cli/image/in-tree.ts";
import type { Config } from "../../../config/schema.ts";

describe("what an image is built of", () => {
  let tree: string;
  before(() => {
    const top = mkdtempSync(join(tmpdir(), "onebox-tree-"));
    tree = join(top, "tree");
    mkdirSync(join(tree, "server"), { recursive: true });
    mkdirSync(join(top, "tree-beside"));
    writeFileSync(join(tree, "server/Dockerfile"), "FROM scratch\n");
    symlinkSync("server", join(tree, "app"));
    symlinkSync("/etc", join(tree, "out"));
    symlinkSync("../tree-beside", join(tree, "beside"));
    symlinkSync("..", join(tree, "up"));
  });
  after(() => rmSync(join(tree, ".."), { recursive: true, force: true }));

  it("lies in the tree, by a link too", () => {
    for (const path of [".", "server", "server/Dockerfile", "app", "app/Dockerfile"])
      needInTree(tree, path, "1234567");
  });

  it("is nothing that a link out of the tree leads to, which is the computer's own", () => {
    for (const path of ["out", "out/passwd", "beside", "up", "up/tree-beside"]) {
      expect(() => needInTree(tree, path, "1234567"), path).to.throw(
        RefusedError,
        "is a link to outside the tree",
      );
    }
    symlinkSync("/etc/passwd", join(tree, "server/Dockerfile.dockerignore"));
    const app = { dockerfile: "server/Dockerfile", context: "." } as Config["app"];
    expect(() => useOwnIgnoreFile(tree, app)).to.throw(RefusedError, "outside the tree");
    expect(() => needInTree(tree, "none", "1234567")).to.throw(RefusedError, "git has no none in");
  });
});
