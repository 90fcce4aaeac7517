import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

describe("what a full deploy brings for release keys", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
  });
  afterEach(() => vm.remove());

  it("tells what the release that serves was made of, beside what earlier ones were", async () => {
    vm.write("base/env/stage/releases/old/identity", "the identity\n");
    for (let number = 1; number <= 60; number++) {
      const { code, output } = await vm.run("keys", ["stage", "old", `${number}`], {}, "source");
      expect([code, output]).to.deep.equal([0, ""]);
    }
    const lines = vm.read("base/env/stage/sources").trim().split("\n");
    expect(lines).to.have.length(51);
    expect(lines.at(-1)).to.equal("the identity 60");
  });

  it("tells nothing of a release that is not there", async () => {
    vm.write("base/env/stage/sources", "the identity 1\n");
    const { code } = await vm.run("keys", ["stage", "gone", "2"], {}, "source");
    expect(code).not.to.equal(0);
    expect(vm.read("base/env/stage/sources")).to.equal("the identity 1\n");
  });

  it("has the previews' template replaced as a whole, or not at all", () => {
    const template = (input: Buffer) =>
      execFileSync(join(vm.state, "base/bin/keys"), ["template"], { input, stdio: "pipe" });
    const place = join(vm.state, "base/preview-template");
    vm.write("base/preview-template/compose.yml", "old");
    vm.write("base/preview-template/gone", "old");
    vm.write("made/compose.yml", "new");
    const archive = execFileSync("tar", ["-c", "-C", join(vm.state, "made"), "compose.yml"]);
    expect(() => template(Buffer.from("no archive"))).to.throw();
    expect(vm.read("base/preview-template/compose.yml")).to.equal("old");
    template(archive);
    expect(vm.read("base/preview-template/compose.yml")).to.equal("new");
    expect(existsSync(join(place, "gone"))).to.equal(false);
  });
});
