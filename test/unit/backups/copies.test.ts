import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

describe("a copy of a database that is to be removed", () => {
  it("is gone, and one that is not there is told of with those that are", async () => {
    const vm = new MadeUpVm();
    try {
      for (const name of ["look", "older"]) vm.write(`data/stage/copies/${name}/pgdata/x`, "");
      const none = await vm.run("database-copy", ["loook", "--remove"]);
      expect(none.code, none.output).to.equal(1);
      expect(none.output).to.match(/there is no copy loook \(there is:( look| older){2}\)/);
      const { code, output } = await vm.run("database-copy", ["look", "--remove"]);
      expect(code, output).to.equal(0);
      expect(existsSync(join(vm.state, "data/stage/copies/look"))).to.equal(false);
    } finally {
      vm.remove();
    }
  });
});
