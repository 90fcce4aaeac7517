import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

const commit = "c".repeat(40);
const docker = `case "$*" in
  *RepoDigests*) echo "r.test/app@sha256:${"d".repeat(64)}" && exit ;;
  *image.revision*) echo ${commit} && exit ;;
esac`;

describe("a release that the webhook deployer makes", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
  });
  afterEach(() => vm.remove());

  it("has all files of the one that serves, its database's backups too", async () => {
    const files = [
      "backups.yml",
      "check.sql",
      "database-login",
      "database-rights",
      "environment.json",
      "files.env",
      "objects-ca.pem",
    ];
    vm.lead("route.blue");
    for (const name of [...files, "pgbackrest.conf", "database-hash", "served"])
      vm.write(`base/env/stage/releases/old/${name}`, "x\n");
    vm.write("database", docker);
    vm.write("base/webhook/settings.env", "WEBHOOK_IMAGES=r.test/app\n");
    vm.write(`base/webhook/spool/stage.${commit}`, "");
    vm.write("base/host/release/operate", '#!/bin/bash\nls "$4"\n');
    const { code, output } = await vm.run("webhook", [], {}, "take");
    expect(code, output).to.equal(0);
    const brought = output.split("\n").filter((line) => line !== "" && !line.startsWith("onebox"));
    expect(brought).to.have.members([
      ...files,
      ...["compose.yml", "delivery.env", "pgbackrest.conf", "release.env", "routes"],
    ]);
  });
});
