import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("who asks the VM for what it does already", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    const since = "2026-01-01T00:00:00Z";
    vm.write("unit=onebox-release-stage/busy", "");
    vm.write("base/env/stage/holder", `1\trestore\told\tme\t${since}\t--time ${since}\n`);
    vm.write("journal", "onebox: end 0\n");
  });
  afterEach(() => vm.remove());

  it("follows it", async () => {
    const { code, output } = await vm.run("operate", ["restore", "--time", "2026-01-01T00:00:00Z"]);
    expect(code, output).to.equal(0);
    expect(output).to.include("following what me began");
  });

  it("is told of it where another moment is asked for, and does not take that for its own", async () => {
    const { code, output } = await vm.run("operate", ["restore", "--time", "2026-01-01T00:00:01Z"]);
    expect(code, output).to.equal(3);
    expect(output).to.include("held: me runs restore old since");
  });
});
