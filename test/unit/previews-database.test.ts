import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

/** Docker as far as it knows the server: what it is made of and its health are in "server", its networks in "joined". */
const docker = `#!/bin/bash
case "$*" in
  "network inspect"*) echo true ;;
  "network connect"*) echo "$5" >>"$STATE/joined" ;;
  *" config --hash "*) echo "database new" ;;
  *" up "*) rm -f "$STATE/joined"; echo "new $(cat "$STATE/health")" >"$STATE/server"; grep -q " healthy" "$STATE/server" ;;
  *config-hash*) cat "$STATE/server" ;;
  *NetworkSettings*) [ -e "$STATE/server" ] && cat "$STATE/joined" 2>/dev/null | tr '\\n' ' ' ;;
esac
`;

describe("the previews' database, on the VM", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", docker);
    for (const slug of ["one", "two"]) vm.write(`data/previews/branches/${slug}/intent`, "");
    vm.write("base/env/preview-one/releases/next/release.env", "");
    const files = ["lib/environment", "release/prepare", "previews/previews", "previews/database"];
    vm.program("start", files, "release=next\nstart_server");
    vm.write("health", "healthy");
  });
  afterEach(() => vm.remove());

  const start = () => vm.run("start", [], { ONEBOX_INCOMING: "none" }, "preview-one");
  const joined = () =>
    existsSync(join(vm.state, "joined")) ? vm.read("joined").trim().split("\n") : [];
  const all = ["onebox-preview-one", "onebox-preview-two"];

  it("is in every preview's network when it was made anew", async () => {
    vm.write("server", "old healthy");
    vm.write("joined", "onebox-preview-one\nonebox-preview-two\n");
    const { code, output } = await start();
    expect(code, output).to.equal(0);
    expect(joined()).to.deep.equal(all);
    await start();
    expect(joined(), "not once more").to.deep.equal(all);
  });

  it("comes back to the others when who made it anew was killed, or did not see it healthy", async () => {
    vm.write("server", "new healthy"); // killed before it was in any network
    expect((await start()).code).to.equal(0);
    expect(joined()).to.deep.equal(all);
    vm.write("health", "starting");
    vm.write("server", "old healthy");
    const { code, output } = await start();
    expect(output).to.include("did not become healthy");
    expect(code).to.equal(1);
    expect(joined()).to.deep.equal(all);
  });
});

/** Docker with a preview's network that leads out, which somebody is in still. */
const busy = `#!/bin/bash
case "$*" in
  "network inspect"*) echo false ;;
  "network rm"*) echo "network has active endpoints" >&2; exit 1 ;;
  *" up "*) echo up >>"$STATE/log" ;;
esac
`;

describe("a preview's network, on the VM", () => {
  it("is not taken as it is when it leads elsewhere than the release says", async () => {
    const vm = new MadeUpVm();
    try {
      vm.write("programs/docker", busy);
      vm.write("base/env/preview-one/releases/next/release.env", "ONEBOX_INTERNAL=true\n");
      const files = ["lib/environment", "previews/previews", "previews/database"];
      const then = 'release=next\nmake_network || cat "$run/started"';
      vm.program("make", [...files, "previews/network"], then);
      const { output } = await vm.run("make", [], {}, "preview-one");
      expect(output).to.match(/made anew.*\nnetwork has active endpoints\n$/);
      expect(vm.read("log")).not.to.include("up\n");
    } finally {
      vm.remove();
    }
  });
});
