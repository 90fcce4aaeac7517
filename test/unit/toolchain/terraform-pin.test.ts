import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { pinOf } from "../../../cli/image/pins.ts";
import type { Kit } from "../../../cli/toolchain/kit.ts";
import { terraformIsHere } from "../../../cli/toolchain/terraform.ts";
import { root } from "../../../config/load.ts";

describe("Terraform is here", () => {
  let directory: string;
  let kit: Kit;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-terraform-"));
    kit = { root, cache: join(directory, "cache") } as Kit;
    mkdirSync(join(kit.cache, "bin"), { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A program that the link leads to. */
  function link(program: string): void {
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(program, "");
    chmodSync(program, 0o755);
    symlinkSync(program, join(kit.cache, "bin/terraform"));
  }

  it("when the system has it, or it was brought in the version that is wanted now", () => {
    const pinned = pinOf(root, "TERRAFORM_VERSION");
    for (const program of [
      join(directory, "usr/bin/terraform"),
      join(kit.cache, "terraform", pinned, "terraform"),
      join(kit.cache, "go-tools", `tofu-${pinOf(root, "OPENTOFU_VERSION")}`),
    ]) {
      link(program);
      expect(terraformIsHere(kit), program).to.equal(true);
      rmSync(join(kit.cache, "bin/terraform"));
    }
  });

  it("not when it is missing, or of another version than is wanted now", () => {
    expect(terraformIsHere(kit)).to.equal(false);
    link(join(kit.cache, "terraform/0.0.1/terraform"));
    expect(terraformIsHere(kit)).to.equal(false);
  });
});
