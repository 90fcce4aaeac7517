import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

/** Docker, with a database that runs or not; whoever asks the storage is noted. */
const docker = `#!/bin/bash
case "$*" in
  inspect*) echo onebox/database:17 ;;
  exec*)
    if [ -e "$STATE/dying" ]; then printf '[{"name":'; exit 137; fi
    [ -e "$STATE/up" ] && echo database >>"$STATE/log" && echo '[]'
    ;;
  run*) echo beside >>"$STATE/log" && echo '[]' ;;
esac
`;

describe("what the storage holds, asked on the VM", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", docker);
    vm.write("base/env/stage/backups/pgbackrest.conf", "[stage]\n");
  });
  afterEach(() => vm.remove());

  it("is told by the database's container", async () => {
    vm.write("up", "");
    expect((await vm.run("backups", ["list"])).output).to.equal("[]\n");
    expect(vm.read("log")).to.equal("database\n");
  });

  it("is told while the database does not run, which is when it is needed", async () => {
    expect((await vm.run("backups", ["list"])).output).to.equal("[]\n");
    expect(vm.read("log")).to.equal("beside\n");
  });

  it("is told once when the database dies within its answer, as one with broken data does", async () => {
    vm.write("dying", "");
    expect((await vm.run("backups", ["list"])).output).to.equal("[]\n");
    expect(vm.read("log")).to.equal("beside\n");
  });
});
