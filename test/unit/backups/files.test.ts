import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

const files = ["lib/environment", "release/database", "backups/backups", "backups/files"];

describe("what backs files up, or brings them back", () => {
  it("ends what its own program has left, and nothing that another one is at", async () => {
    const vm = new MadeUpVm();
    try {
      vm.write("programs/docker", '#!/bin/bash\necho "$*" | cut -d " " -f 1-4 >>"$STATE/log"\n');
      for (const name of ["store", "fetch"]) {
        vm.program(name, files, "files_image=made-up\nin_files -- restic");
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

  it("brings nothing back that the volume has no room for", async () => {
    const vm = new MadeUpVm();
    try {
      vm.write(
        "programs/docker",
        `#!/bin/bash
case "$*" in
  *snapshots*) echo '[{"time":"2026-11-01T00:00:00Z","short_id":"0123abcd"}]' ;;
  *stats*) cat "$STATE/stats" ;;
  *restore*) echo restored >>"$STATE/log" ;;
esac
`,
      );
      vm.write("base/env/stage/backups/files.env", "");
      vm.program("fetch", files, 'fetch_files "$data/files.restore"');
      vm.write("programs/df", "#!/bin/bash\necho; echo disk 1000 0 820 0% /\n");
      for (const [bytes, restored] of [
        [100 * 1024 ** 2, ""],
        [40 * 1024 ** 2, "restored\n"],
      ]) {
        vm.write("stats", `{"total_size":${bytes},"total_file_count":1,"snapshots_count":1}\n`);
        const { code, output } = await vm.run("fetch");
        expect(vm.read("log")).to.equal(restored);
        expect(code).to.equal(restored === "" ? 1 : 0);
        if (restored === "")
          expect(output).to.include("the volume has 820 MB left, and the files need 868 MB");
      }
    } finally {
      vm.remove();
    }
  });
});
