import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("a dump that is loaded on the VM", () => {
  it("is the app's to read and write that owns nothing of it", async () => {
    const vm = new MadeUpVm();
    try {
      vm.lead("route.blue");
      const place = "base/env/stage/releases/old";
      const key = "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy";
      vm.write(`${place}/database-login`, `app_0123abcd ${key}\n`);
      vm.write(`${place}/database-rights`, "data\n");
      vm.write(`${place}/release.env`, "COMPOSE_PROFILES=database\n");
      const { code, output } = await vm.run("load");
      expect(code, output).to.equal(0);
      const [loaded = "", granted = ""] = vm.read("log").split("COMMIT;");
      expect(loaded).to.include("BEGIN;");
      expect(granted).to.include("GRANT app_data, pg_signal_backend TO app;");
      expect(granted).to.include("ALTER ROLE app_0123abcd LOGIN");
    } finally {
      vm.remove();
    }
  });

  it("waits for nobody who is at work on the environment, and is refused", async () => {
    const vm = new MadeUpVm();
    try {
      vm.write("unit=onebox-release-stage/busy", "");
      vm.write("base/env/stage/holder", "1\trestore\told\tme\t2026-11-26T08:15:00Z\n");
      const { code, output } = await vm.run("load");
      expect(code, output).to.equal(1);
      expect(output).to.match(/error: me runs restore old since .*; load the dump when that has/);
      expect(vm.read("log")).not.to.include("BEGIN;");
    } finally {
      vm.remove();
    }
  });
});
