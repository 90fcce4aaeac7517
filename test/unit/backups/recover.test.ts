import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

/** Docker as far as it knows a database that comes to its target at once, and notes what else it is told. */
const docker = `#!/bin/bash
case "$*" in
  inspect*) echo true ;;
  exec*) sql=$(cat) && if [[ $sql == *in_recovery* ]]; then echo f; else echo "$sql" >>"$STATE/log"; fi ;;
esac
`;

describe("a database that is recovered", () => {
  it("takes writes, though it took none when it was backed up", async () => {
    const vm = new MadeUpVm();
    try {
      vm.write("programs/docker", docker);
      const files = ["lib/environment", "release/database", "backups/backups", "backups/recover"];
      const sources = files.map((name) => `. ${vm.state}/base/host/${name}.sh\n`).join("");
      const program = `environment=$1\n${sources}image=made-up\nrecover "$data/drill" drill\n`;
      vm.write("base/bin/recover", `#!/usr/bin/env bash\n${program}`);
      const { code, output } = await vm.run("recover");
      expect(code, output).to.equal(0);
      expect(vm.read("log")).to.match(
        /^ALTER SYSTEM RESET default_transaction_read_only; .*reload/,
      );
    } finally {
      vm.remove();
    }
  });
});
