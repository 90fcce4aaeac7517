import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { Machine } from "./machine.ts";

describe("the parts of the tool chain", () => {
  let machine: Machine;

  beforeEach(() => {
    machine = new Machine();
  });

  afterEach(() => machine.remove());

  /** Runs shell code with every part loaded. */
  function shell(code: string) {
    const parts =
      "versions sources lock packages docker npm terraform providers linters traefik images";
    const load = `. scripts/lib/common.sh; for p in ${parts}; do . toolchain/$p.sh; done; `;
    return machine.run("bash", "-c", load + code);
  }

  for (const [oldest, version, enough] of [
    ["1.10", "1.11.4", true],
    ["1.10", "1.10.0-rc1", true],
    ["1.10", "1.9.8", false],
    ["1.10", "2.0.1", true],
    ["1.21", "1.4", false],
    ["1.10", "", false],
  ] as const) {
    it(`takes version "${version}" ${enough ? "as" : "not as"} ${oldest} or newer`, () => {
      const { output } = shell(`version_at_least ${oldest} "${version}" && echo yes || echo no`);
      assert.equal(output.trim(), enough ? "yes" : "no");
    });
  }

  it("prefers Terraform on the PATH, passes an old one over, takes OpenTofu", () => {
    const answer = (version: string) => `echo '{ "terraform_version": "${version}" }'`;
    machine.pretends("terraform", answer("1.9.8")).pretends("tofu", answer("1.11.1"));
    assert.equal(shell("terraform_on_path").output, join(machine.bin, "tofu"));
    machine.pretends("terraform", answer("1.12.0"));
    assert.equal(shell("terraform_on_path").output, join(machine.bin, "terraform"));
    machine.pretends("terraform", answer("1.9.8")).pretends("tofu", answer("1.10.0"));
    assert.equal(shell("terraform_on_path").output, "");
  });

  it("refuses a download whose checksum differs", () => {
    machine.has("sha256sum").pretendsAll("unzip");
    machine.pretends(
      "curl",
      `while [ $# -gt 1 ]; do if [ $1 = -o ]; then out=$2; fi; shift; done
      case $1 in
        *SHA256SUMS) echo "${"0".repeat(64)}  terraform_1.11.4_linux_amd64.zip" >"$out" ;;
        *) echo broken >"$out" ;;
      esac`,
    );
    const { status, output } = shell("download_terraform; echo taken");
    assert.equal(status, 1, output);
    assert.include(output, "terraform_1.11.4_linux_amd64.zip: FAILED");
    assert.notInclude(output, "taken");
  });

  it("names path, need and what is free when the disk is full", () => {
    machine.pretends("df", 'echo header; echo "dev 9 8 1572864 50% /"');
    const { status, output } = shell('need_space "$CACHE/go-tools" 3');
    assert.equal(status, 2);
    assert.match(output, /no disk space: .*\/cache\/onebox\/go-tools needs 3 GB free and has 1 GB/);
  });

  it("leaves no half-made tool behind when a build breaks off", () => {
    machine.pretends(
      "go",
      `if [ $1 = env ]; then echo go1.26.0; exit; fi
      while [ "$1" != -o ]; do shift; done; touch "$2"; echo broken >&2; exit 1`,
    );
    const { status, output } = shell("build_go_tool providers tool-1 ./null");
    assert.equal(status, 1, output);
    assert.deepEqual(readdirSync(join(machine.directory, "cache/onebox/go-tools")), [
      "tool-1.part",
    ]);
  });

  for (const [free, compilers] of [
    [16, 2],
    [3.4, 2],
    [1.9, 1],
    [0.4, 1],
  ] as const) {
    it(`lets Go compile ${compilers} at once where ${free} GB of memory are free`, () => {
      machine.pretends("getconf", "echo 2").pretends("awk", `echo ${Math.floor(free)}`);
      assert.equal(shell("compilers").output, String(compilers));
    });
  }

  it("builds no Traefik from files that lean.patch was not made for", () => {
    const source = join(machine.directory, "source");
    for (const directory of ["cmd/traefik", "pkg", "webui/static"]) {
      mkdirSync(join(source, directory), { recursive: true });
    }
    for (const file of ["go.mod", "go.sum", "webui/embed.go", "cmd/traefik/traefik.go"]) {
      writeFileSync(join(source, file), "changed");
    }
    machine
      .has("chmod", "sha256sum")
      .pretends("go", `printf '{\n\t"Dir": "${source}",\n\t"Sum": ""\n}\n'`);
    const lean = (version: string) => shell(`lean_source ${version} "$(work_dir traefik)"`);
    const { status, output } = lean("3.7.6");
    assert.equal(status, 1, output);
    assert.include(output, "cmd/traefik/traefik.go: FAILED");
    assert.match(output, /^error: toolchain\/traefik\/lean.patch was made for another Traefik/m);
    assert.include(lean("3.7.7").output, "go.sum has no checksum of Traefik 3.7.7");
  });

  it("asks for the real null provider again when the stand-in is a day old", () => {
    const mirror = join(machine.directory, "cache/onebox/terraform");
    for (const provider of ["hetznercloud/hcloud/1.68.0", "hashicorp/null/3.2.4"]) {
      mkdirSync(join(mirror, "providers/registry.terraform.io", provider, "linux_amd64"), {
        recursive: true,
      });
    }
    const here = "write_cli_config; providers_is_here && echo here || echo ask";
    assert.equal(shell(here).output.trim(), "here");
    writeFileSync(join(mirror, "null-stand-in"), "");
    assert.equal(shell(here).output.trim(), "here");
    assert.equal(shell(`touch -d '2 days ago' "$NULL_STAND_IN"; ${here}`).output.trim(), "ask");
  });

  it("lets one setup at a time work on the cache, and survives one that was killed", () => {
    machine.lacks("flock");
    const wait = shell(
      `mkdir -p "$CACHE/setup.lock.d"; echo 999999 >"$CACHE/setup.lock.d/pid"
      lock_cache; cat "$CACHE/setup.lock.d/pid"; echo $$; unlock_cache; ls "$CACHE"`,
    );
    const [owner, self, rest] = wait.output.trim().split("\n");
    assert.equal(owner, self, wait.output);
    assert.isUndefined(rest);
  });
});
