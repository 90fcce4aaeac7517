import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

const libraries = ["lib/environment", "release/database", "backups/backups", "backups/files"];

/** Notes each container that is made. */
const docker = `#!/bin/bash
case "$*" in
  inspect*) echo onebox/database:17 ;;
  run*) echo "$*" >>"$STATE/log" ;;
  exec*) echo "in the database's: $*" >>"$STATE/log" ;;
esac
`;

describe("what nobody waits for", () => {
  /** The containers that this makes, a line each. */
  async function made(shell: string, environment: Record<string, string> = {}): Promise<string> {
    const vm = new MadeUpVm();
    try {
      vm.write("programs/docker", docker);
      vm.write("programs/install", "#!/bin/bash\n");
      vm.write("base/env/stage/backups/files.env", "");
      vm.program("work", libraries, shell);
      const { code, output } = await vm.run("work", [], environment);
      expect(code, output).to.equal(0);
      return vm.read("log");
    } finally {
      vm.remove();
    }
  }

  for (const [name, shell] of Object.entries({
    "a backup": "back_rest --type=full backup",
    "a backup of the files": 'back_up_files full <"$STATE/programs/docker"',
    "a look at the files that are stored": "check_files",
  })) {
    it(`leaves the processors to everybody else: ${name}`, async () => {
      // One container of its own, with a small share and a fortieth of the processors in short turns, and its programs yield within it.
      expect(await made(shell)).to.match(
        /^run [^\n]*--cpu-shares 128 --cpu-period 40000 --cpu-quota \d+000 [^\n]* chrt --idle 0 [^\n]*\n$/,
      );
    });
  }

  it("takes what there is when somebody waits after all: a backup before an upgrade", async () => {
    const containers = await made("back_rest --type=incr backup", { HURRY: "1" });
    expect(containers).to.match(/^run .* nice -n 0 pgbackrest .*\n$/);
    expect(containers).not.to.include("--cpu-shares");
  });

  it("takes what there is when somebody waits after all: files that are brought back", async () => {
    const containers = await made("files_image=made-up\nin_files -- restic restore");
    expect(containers).to.match(/^run .* made-up restic restore\n$/);
    expect(containers).not.to.include("--cpu-shares");
  });
});
