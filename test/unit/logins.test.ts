import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

/** Docker as far as it knows psql, which keeps what it is told. */
const docker = `#!/bin/bash
cat >>"$STATE/log"
[ ! -e "$STATE/deaf" ]
`;
const login = "app_0a1b2c3d SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5\n";

describe("a release's login of its database, on the VM", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", docker);
    const names = ["lib/environment", "release/database", "release/roles", "release/logins"];
    vm.program("let", names, "let_in_now next old");
    vm.write("base/env/stage/releases/next/release.env", "COMPOSE_PROFILES=database\n");
  });
  afterEach(() => vm.remove());

  for (const [name, file] of [
    ["app", ""],
    ["app_0a1b2c3d", login],
  ] as const) {
    it(`is good from then on, unless it was exchanged: ${name}`, async () => {
      const other = file === "" ? login : "";
      if (file !== "") vm.write("base/env/stage/releases/next/database-login", file);
      vm.write("base/env/stage/releases/old/database-login", other);
      expect(await vm.run("let")).to.deep.equal({ code: 0, output: "" });
      expect(vm.read("log")).to.match(new RegExp(`ALTER ROLE ${name} .*VALID UNTIL 'infinity'`));
      vm.write("log", "");
      vm.write("data/stage/logins", `${name}\n`);
      const { code, output } = await vm.run("let");
      expect(output).to.match(new RegExp(`^onebox: error: the login ${name} .* was rotated`));
      expect(code).to.equal(1);
      expect(vm.read("log")).to.equal("");
      vm.write("base/env/stage/releases/old/database-login", file); // what serves has it
      expect((await vm.run("let")).code).to.equal(0);
    });
  }

  it("fails the release where it cannot be made, unless it is the one that there is", async () => {
    vm.write("deaf", "");
    expect(await vm.run("let")).to.deep.equal({ code: 0, output: "" });
    vm.write("base/env/stage/releases/next/database-login", login);
    const { code, output } = await vm.run("let");
    expect(output).to.include("could not be made");
    expect(code).to.equal(1);
  });
});
