import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { cloneInSpacedPath } from "../fixtures/spaced-clone.ts";
import type { Clone } from "../support/clone.ts";

describe("a door, in a fresh clone in a path with a space and an umlaut", function () {
  this.timeout(60_000);
  let clone: Clone;
  let parent: string;
  before(() => {
    ({ clone, parent } = cloneInSpacedPath());
    clone.lendPackages();
    mkdirSync(join(parent, "a b"));
    writeFileSync(join(parent, "startup"), "echo printed by BASH_ENV; cd /\n");
  });
  after(() => {
    clone.remove();
    rmSync(parent, { recursive: true, force: true });
  });

  interface Call {
    env?: Record<string, string | undefined>;
    cwd?: string;
    /** What stands before the door's name, in a shell. */
    shell?: string;
    door?: string;
  }

  function status({ env = {}, cwd = clone.directory, shell = "", door }: Call) {
    const program = door ?? join(clone.directory, "scripts/status.sh");
    const args = ["-c", `${shell}exec "$0" --json`, program];
    const all = { ...process.env, ...env };
    return spawnSync("sh", args, { cwd, env: all, encoding: "utf8" });
  }

  const surroundings: Record<string, () => Call> = {
    "nothing strange": () => ({}),
    "a CDPATH with which cd prints": () => ({ env: { CDPATH: `/:${parent}:${clone.directory}` } }),
    "NODE_ENV=production": () => ({ env: { NODE_ENV: "production", npm_config_omit: "dev" } }),
    "GIT_DIR of another repository": () => ({ env: { GIT_DIR: "/nowhere", GIT_WORK_TREE: "/" } }),
    "Docker that cannot be reached": () => ({ env: { DOCKER_HOST: "tcp://127.0.0.1:9" } }),
    "a BASH_ENV that prints": () => ({ env: { BASH_ENV: join(parent, "startup") } }),
    "an ENV that prints": () => ({ env: { ENV: join(parent, "startup") } }),
    POSIXLY_CORRECT: () => ({ env: { POSIXLY_CORRECT: "1" } }),
    "no HOME": () => ({ env: { HOME: undefined } }),
    "an empty HOME": () => ({ env: { HOME: "" } }),
    "a TMPDIR with a space": () => ({ env: { TMPDIR: join(parent, "a b") } }),
    "numbers with a comma": () => ({ env: { LC_ALL: "de_DE.UTF-8", LC_NUMERIC: "de_DE.UTF-8" } }),
    "umask 000": () => ({ shell: "umask 000; " }),
    "umask 077": () => ({ shell: "umask 077; " }),
    "a proxy that is dead": () => ({ env: { http_proxy: "http://127.0.0.1:9" } }),
    "another directory": () => ({ cwd: "/" }),
    "a call through a link to a link": () => {
      symlinkSync(join(clone.directory, "scripts/status.sh"), join(parent, "inner"));
      symlinkSync("inner", join(parent, "-outer.sh"));
      return { cwd: parent, door: "./-outer.sh" };
    },
  };

  for (const [what, call] of Object.entries(surroundings)) {
    it(`says that nothing is deployed yet, with ${what}, and starts nothing`, () => {
      const { status: code, stdout, stderr } = status(call());
      expect(stderr).to.equal("");
      expect(code).to.equal(0);
      const rows = JSON.parse(stdout) as { environment: string; release: string | null }[];
      expect(rows.map(({ environment, release }) => [environment, release])).to.deep.equal([
        ["stage", null],
        ["prod", null],
      ]);
      expect(existsSync(join(clone.directory, ".onebox/cloud"))).to.equal(false);
    });
  }

  it("leaves nothing that others could write, whatever the umask is", () => {
    expect(status({ shell: "umask 000; " }).status).to.equal(0);
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
