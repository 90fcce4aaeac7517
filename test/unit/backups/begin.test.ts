import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

const backup = "start --no-block onebox-backup@stage.service";
/** Beside what the made-up VM's own does, notes what is started. */
const systemctl = `#!/bin/bash
case $1 in
  start) echo "$*" >>"$STATE/started-units" ;;
  is-active) exit 3 ;;
esac
`;

describe("the first backup of a database", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.lead("route.blue");
    vm.write("programs/systemctl", systemctl);
    vm.write("started-units", "");
    vm.write("base/env/stage/backups/pgbackrest.conf", "");
  });
  afterEach(() => vm.remove());

  const started = () => vm.read("started-units").trim().split("\n");

  it("begins once the release has ended, well or not, and not while the app is waited for", async () => {
    for (const release of ["old", "new"])
      vm.write(`base/env/stage/releases/${release}/pgbackrest.conf`, "");
    const libraries = ["lib/environment", "release/database", "backups/backups"];
    const more = ["backups/recover", "backups/timers", "backups/files", "backups/begin"];
    vm.program("follow", [...libraries, ...more], "schedule() { :; }\nfollow_backups new");
    const followed = await vm.run("follow");
    expect(followed.code, followed.output).to.equal(0);
    expect(started()).to.not.include(backup);
    for (const status of ["0", "1"]) {
      vm.write("started-units", "");
      const { code, output } = await vm.run("settle", [], { EXIT_STATUS: status });
      expect(code, output).to.equal(0);
      expect(started(), `after ${status}`).to.include(backup);
    }
  });

  it("does not begin anew with each release when it has failed", async () => {
    vm.write("data/stage/backups/backup", "2026-11-26T00:00:00Z\tfailed\tno storage\n");
    const { code, output } = await vm.run("settle", [], { EXIT_STATUS: "0" });
    expect(code, output).to.equal(0);
    expect(started()).to.not.include(backup);
  });
});
