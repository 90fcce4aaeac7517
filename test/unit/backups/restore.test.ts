import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

/** A database that is healthy at once; that the app is started again is noted. */
const docker = `case "$*" in
  *State.Health*) echo "hash 0 healthy" && exit ;;
  restart*) echo "docker $*" >>"$STATE/log" ;;
esac`;

describe("a restore that was killed while data changed places", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.lead("route.blue");
    vm.write("database", docker);
    vm.write("data/stage/restoring/switching", "");
    vm.write("data/stage/uploads/cat", "now\n");
    vm.write("data/stage/files.before/uploads/cat", "before\n");
    const settings = "ONEBOX_READY_SECONDS=0\nONEBOX_REQUESTS_SECONDS=29\n";
    vm.write("base/env/stage/releases/old/release.env", settings);
  });
  afterEach(() => vm.remove());

  it("has the app see the directories from before, and not those that are gone", async () => {
    vm.write("data/stage/restoring/files", "");
    const { code, output } = await vm.run("restore", ["--settle"]);
    expect(code, output).to.equal(0);
    expect(vm.read("data/stage/uploads/cat")).to.equal("before\n");
    expect(vm.read("log").split("\n")).to.include.members([
      "docker start onebox-stage-database",
      "docker restart -t 29 onebox-stage-blue",
    ]);
    expect(existsSync(join(vm.state, "data/stage/restoring"))).to.equal(false);
  });

  it("leaves the directories alone that it had not come to: those aside are another restore's", async () => {
    const { code, output } = await vm.run("restore", ["--settle"]);
    expect(code, output).to.equal(0);
    expect(vm.read("data/stage/uploads/cat")).to.equal("now\n");
    expect(vm.read("data/stage/files.before/uploads/cat")).to.equal("before\n");
    expect(vm.read("log")).not.to.include("restart");
  });
});
