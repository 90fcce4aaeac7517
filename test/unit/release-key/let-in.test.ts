import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

describe("what binds release keys on the VM", () => {
  const file = "ssh/sshd_config.d/10-onebox-releases.conf";
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    mkdirSync(join(vm.state, "ssh/sshd_config.d"), { recursive: true });
    const script = vm.read("base/host/login/let-in.sh").replaceAll("/etc/ssh", `${vm.state}/ssh`);
    vm.write("base/host/login/let-in.sh", script);
    const first = `set -euo pipefail\nbase=${vm.state}/base`;
    vm.program("bind", ["lib/say", "login/let-in"], "bind_logins", first);
  });
  afterEach(() => vm.remove());

  it("stays where sshd takes it", async () => {
    vm.write("programs/sshd", "#!/bin/bash\n");
    const { code, output } = await vm.run("bind");
    expect(code, output).to.equal(0);
    expect(vm.read(file)).to.include("ForceCommand");
  });

  it("goes where sshd does not: it would not start again, and let nobody in", async () => {
    vm.write("programs/sshd", "#!/bin/bash\nexit 1\n");
    const { code, output } = await vm.run("bind");
    expect([code, output]).to.deep.equal([
      1,
      "onebox: error: sshd does not take what binds release keys\n",
    ]);
    expect(existsSync(join(vm.state, file))).to.equal(false);
  });
});
