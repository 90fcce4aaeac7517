import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { cloneInSpacedPath } from "../fixtures/spaced-clone.ts";
import type { Clone } from "../support/clone.ts";
import { drawn } from "../support/sample.ts";
import {
  callIn,
  prepareSurroundings,
  type Surroundings,
  surroundings,
} from "../support/surroundings.ts";

const names = Object.keys(surroundings(""));
const some = drawn("ONEBOX_SURROUNDINGS", names);

describe("a door, in a fresh clone in a path with a space and an umlaut", function () {
  this.timeout(60_000);
  let clone: Clone;
  let parent: string;
  before(() => {
    ({ clone, parent } = cloneInSpacedPath());
    clone.lendPackages();
    prepareSurroundings(parent);
  });
  after(() => {
    clone.remove();
    rmSync(parent, { recursive: true, force: true });
  });

  const status = (where: Surroundings, door = join(clone.directory, "scripts/status.sh")) =>
    callIn(where, door, "--json");

  async function saysNothingIsDeployed(where: Surroundings, door?: string): Promise<void> {
    const { code, stdout, stderr } = await status(where, door);
    expect(stderr).to.equal("");
    expect(code).to.equal(0);
    const rows = JSON.parse(stdout) as { environment: string; release: string | null }[];
    expect(rows.map(({ environment, release }) => [environment, release])).to.deep.equal([
      ["stage", null],
      ["prod", null],
    ]);
    expect(existsSync(join(clone.directory, ".onebox/cloud"))).to.equal(false);
  }

  for (const name of some) {
    it(`says that nothing is deployed yet, with ${name}, and starts nothing`, async () => {
      await saysNothingIsDeployed(surroundings(parent)[name] ?? {});
    });
  }

  it("does not need Docker for that", async () => {
    await saysNothingIsDeployed({ env: { DOCKER_HOST: "tcp://127.0.0.1:9" } });
  });

  it("can be called through a link to a link", async () => {
    symlinkSync(join(clone.directory, "scripts/status.sh"), join(parent, "inner"));
    symlinkSync("inner", join(parent, "-outer.sh"));
    await saysNothingIsDeployed({ cwd: parent }, "./-outer.sh");
  });

  it("leaves nothing that others could write, whatever the umask is", async () => {
    expect((await status({ shell: "umask 000; " })).code).to.equal(0);
    const kept = join(clone.directory, ".onebox");
    for (const name of existsSync(kept) ? readdirSync(kept) : []) {
      expect(statSync(join(kept, name)).mode & 0o022, name).to.equal(0);
    }
  });

  for (const name of ["releases.sh", "logs.sh", "certificates.sh", "maintenance.sh"]) {
    it(`of ${name} refuses in one line where there is nothing to look at`, () => {
      const args = name === "maintenance.sh" ? ["stage", "status"] : ["stage"];
      const {
        status: code,
        stdout,
        stderr,
      } = spawnSync(join(clone.directory, "scripts", name), args, { encoding: "utf8" });
      expect(code).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr).to.match(
        new RegExp(`^${name}: (there is no server yet|onebox\\.config).*\n$`),
      );
      expect(existsSync(join(clone.directory, ".onebox/cloud"))).to.equal(false);
    });
  }
});
