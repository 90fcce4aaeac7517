import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

describe("what backs files up, or brings them back", () => {
  it("ends what its own program has left, and nothing that another one is at", async () => {
    const vm = new MadeUpVm();
    try {
      vm.write("programs/docker", '#!/bin/bash\necho "$*" | cut -d " " -f 1-4 >>"$STATE/log"\n');
      const files = ["lib/environment", "release/database", "backups/backups", "backups/files"];
      const sources = files.map((name) => `. ${vm.state}/base/host/${name}.sh\n`).join("");
      for (const name of ["store", "fetch"]) {
        const program = `environment=$1\n${sources}files_image=made-up\nin_files -- restic\n`;
        vm.write(`base/bin/${name}`, `#!/usr/bin/env bash\n${program}`);
        const { code, output } = await vm.run(name);
        expect(code, output).to.equal(0);
      }
      expect(vm.read("log").trim().split("\n")).to.deep.equal([
        ...["rm -fv onebox-stage-files-store", "run --rm --name onebox-stage-files-store"],
        ...["rm -fv onebox-stage-files-fetch", "run --rm --name onebox-stage-files-fetch"],
      ]);
    } finally {
      vm.remove();
    }
  });
});
