import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

describe("the alarm of backups, on the VM", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", '#!/bin/bash\n[[ $* == *psql* ]] && cat "$STATE/answer"\n');
    vm.write(
      "programs/sleep",
      '#!/bin/bash\necho "slept $1" >>"$STATE/log"\nmv "$STATE/later" "$STATE/answer"\n',
    );
    vm.write("programs/curl", '#!/bin/bash\ncat >>"$STATE/log"\n');
    vm.write("base/env/stage/backups/alarm-webhook", "http://127.0.0.1/hook\n");
    vm.write("base/env/stage/backups/pgbackrest.conf", "[stage]\n");
    vm.write("answer", "");
  });
  afterEach(() => vm.remove());

  it("tells of a database only when it does not answer a minute later either", async () => {
    vm.write("later", "- - 0 0 -\n");
    await vm.run("alarm");
    expect(vm.read("log")).to.match(/^slept 60$/m);
    expect(vm.read("log")).not.to.include("does not answer");
    vm.write("answer", "");
    vm.write("later", "");
    await vm.run("alarm");
    expect(vm.read("log")).to.include("the database does not answer");
  });
});
