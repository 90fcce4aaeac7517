import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

/** Docker as far as it knows the database's networks, and notes which it joins. */
const docker = `#!/bin/bash
case "$*" in
  *NetworkSettings*) echo "onebox-stage-data " ;;
  "network connect"*) echo "\${*: -2:1}" >>"$STATE/log" ;;
esac
`;

describe("the network by which a database sends its backups", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", docker);
    const files = ["lib/environment", "release/database", "release/network"];
    vm.program("reach", files, "reach next");
    const next = "base/env/stage/releases/next";
    vm.write(`${next}/release.env`, "COMPOSE_PROFILES=database\n");
    // biome-ignore lint/suspicious/noTemplateCurlyInString: compose replaces it
    vm.write(`${next}/compose.yml`, "    name: onebox-${ONEBOX_ENVIRONMENT}-data\n");
  });
  afterEach(() => vm.remove());

  it("leads out, so it is joined only by one that is backed up, though the network be left from before", async () => {
    expect((await vm.run("reach")).code).to.equal(0);
    expect(vm.read("log")).to.equal("");
    vm.write("base/env/stage/releases/next/pgbackrest.conf", "");
    expect((await vm.run("reach")).code).to.equal(0);
    expect(vm.read("log")).to.equal("onebox-stage-backups\n");
  });
});

/** A database in both networks whose superuser is "app" still; Docker notes what ends there. */
const unparted = `#!/bin/bash
case "$*" in
  *IPAddress*) echo 127.0.0.1 ;;
  "network inspect"*) echo 10.0.0.0/24 ;;
  *NetworkSettings*) echo "onebox-stage onebox-stage-data " ;;
  *State.Pid*) case $* in *blue) echo 7 ;; *) echo 8 ;; esac ;;
 *psql*"-U onebox"*) exit 2 ;;
  *psql*) cat >>"$STATE/log" ;;
  "network disconnect"*) echo "disconnect $3" >>"$STATE/log" ;;
esac
`;

describe("the network that Traefik is in", () => {
  it("is left by a database whose roles could not be parted so far, too", async () => {
    const vm = new MadeUpVm();
    try {
      vm.write("programs/docker", unparted);
      vm.write("programs/nsenter", '#!/bin/bash\necho "nsenter $*" >>"$STATE/log"\n');
      const files = ["lib/environment", "edge/traefik", "release/hold", "release/database"];
      const libraries = [...files, "release/network", "release/roles"];
      vm.program("withdraw", libraries, "withdraw_database next");
      // biome-ignore lint/suspicious/noTemplateCurlyInString: compose replaces it
      const compose = "    name: onebox-${ONEBOX_ENVIRONMENT}-data\n";
      vm.write("base/env/stage/releases/next/compose.yml", compose);
      const { code, output } = await vm.run("withdraw");
      expect(code, output).to.equal(0);
      expect(vm.read("log")).to.match(
        /pg_terminate_backend.*10\.0\.0\.0.*\ndisconnect onebox-stage\n/,
      );
      const ended = [...vm.read("log").matchAll(/^nsenter -t (\d) -n ss -K dst /gm)];
      expect(ended.map(([, pid]) => pid)).to.deep.equal(["7", "8"]);
    } finally {
      vm.remove();
    }
  });
});
