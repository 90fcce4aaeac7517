import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

/** Docker as far as it knows a database that comes to its target at once, and notes what else it is told. */
const docker = `#!/bin/bash
case "$*" in
  inspect*) echo true ;;
  exec*) sql=$(cat) && if [[ $sql == *in_recovery* ]]; then echo f; else echo "$sql" >>"$STATE/log"; fi ;;
esac
`;

const libraries = ["lib/environment", "release/database", "backups/backups", "backups/recover"];

describe("a database that is recovered", () => {
  it("takes writes, though it took none when it was backed up", async () => {
    const vm = new MadeUpVm();
    try {
      vm.write("programs/docker", docker);
      vm.program("recover", libraries, 'image=made-up\nrecover "$data/drill" drill');
      const { code, output } = await vm.run("recover");
      expect(code, output).to.equal(0);
      expect(vm.read("log")).to.match(
        /^ALTER SYSTEM RESET default_transaction_read_only; .*reload/,
      );
    } finally {
      vm.remove();
    }
  });

  it("goes along the timeline of what serves, or of its backup where nothing does", async () => {
    const vm = new MadeUpVm();
    try {
      vm.write(
        "programs/docker",
        `#!/bin/bash
case "$*" in
  exec*) cat >/dev/null && cat "$STATE/timeline" ;;
  run*)
    echo "$*" | grep -o -e '--target-timeline=[^ ]*' >>"$STATE/log" || echo latest >>"$STATE/log"
    if [[ $* != *target-timeline* ]]; then echo 'target timeline 3 forked from backup timeline 2' && exit 1; fi ;;
esac
`,
      );
      vm.write("programs/install", "#!/bin/bash\n");
      vm.program("recover", libraries, 'image=made-up\ntargets\nfetch "$data/drill" drill');
      vm.write("timeline", "2\n");
      expect((await vm.run("recover")).code).to.equal(0);
      rmSync(join(vm.state, "timeline"));
      const { code, output } = await vm.run("recover");
      expect(code, output).to.equal(0);
      expect(output).to.match(/warning: the newest timeline/);
      expect(vm.read("log").trim().split("\n")).to.deep.equal([
        ...["--target-timeline=2", "latest", "--target-timeline=current"],
      ]);
    } finally {
      vm.remove();
    }
  });
});
