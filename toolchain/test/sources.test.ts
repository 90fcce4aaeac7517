import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { buildGoTool } from "../../cli/toolchain/go.ts";
import { workDirectory } from "../../cli/toolchain/kit.ts";
import { downloadTerraform, terraformOnPath } from "../../cli/toolchain/terraform.ts";
import { leanSource } from "../../cli/toolchain/traefik.ts";
import { Machine, quietStep } from "./machine.ts";

describe("the parts of the tool chain", () => {
  let machine: Machine;

  beforeEach(() => {
    machine = new Machine();
  });

  afterEach(() => machine.remove());

  /** The message of the error that something ends with. */
  async function failure(work: Promise<unknown>): Promise<string> {
    try {
      await work;
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("it went well");
  }

  it("prefers Terraform on the PATH, passes an old one over, takes OpenTofu", async () => {
    const answer = (version: string) => `echo '{ "terraform_version": "${version}" }'`;
    const choose = async () => terraformOnPath(await machine.kit());
    machine.pretends("terraform", answer("1.9.8")).pretends("tofu", answer("1.11.1"));
    assert.equal(await choose(), join(machine.bin, "tofu"));
    machine.pretends("terraform", answer("1.12.0"));
    assert.equal(await choose(), join(machine.bin, "terraform"));
    machine.pretends("terraform", answer("1.9.8")).pretends("tofu", answer("1.10.0"));
    assert.isUndefined(await choose());
    machine.pretends("terraform", "echo nonsense").pretends("tofu", "exit 1");
    assert.isUndefined(await choose());
  });

  it("refuses a download whose checksum differs", async () => {
    machine.pretendsAll("unzip").pretends(
      "curl",
      `while [ $# -gt 1 ]; do if [ $1 = -o ]; then out=$2; fi; shift; done
      echo broken >"$out"`,
    );
    const why = await failure(downloadTerraform(await machine.kit(), "1.11.4", quietStep()));
    assert.match(
      why,
      /^terraform_1\.11\.4_linux_amd64\.zip: the checksum is [0-9a-f]+, which toolchain\/checksums/,
    );
    assert.isFalse(existsSync(join(machine.cache, "terraform")));
  });

  it("leaves no half-made tool behind when a build breaks off", async () => {
    machine.pretends(
      "go",
      `if [ $1 = env ]; then echo go1.26.0; exit; fi
      while [ "$1" != -o ]; do shift; done; touch "$2"; echo broken >&2; exit 1`,
    );
    const tool = { file: "tool-1", module: "providers", package: "./null" };
    mkdirSync(machine.cache, { recursive: true });
    const why = await failure(buildGoTool(await machine.kit(), tool, quietStep()));
    assert.equal(why, "go ended with exit code 1: broken");
    assert.isFalse(existsSync(join(machine.cache, "go-tools")));
  });

  it("refuses a Go that is too old", async () => {
    machine.pretends("go", "echo go1.19.4");
    const tool = { file: "tool-1", module: "providers", package: "./null" };
    const why = await failure(buildGoTool(await machine.kit(), tool, quietStep()));
    assert.match(why, /^Go 1\.19\.4 is too old .*; install Go 1\.21 or newer/);
  });

  it("builds no Traefik from files that lean.patch was not made for", async () => {
    const source = join(machine.directory, "source");
    for (const directory of ["cmd/traefik", "pkg", "webui/static"]) {
      mkdirSync(join(source, directory), { recursive: true });
    }
    for (const file of ["go.mod", "go.sum", "webui/embed.go", "cmd/traefik/traefik.go"]) {
      writeFileSync(join(source, file), "changed");
    }
    machine.pretends("go", `printf '{\n\t"Dir": "${source}",\n\t"Sum": ""\n}\n'`);
    const kit = await machine.kit();
    const lean = (version: string) =>
      failure(leanSource(kit, version, workDirectory(kit, "traefik"), quietStep()));
    assert.match(
      await lean("3.7.6"),
      /^cmd\/traefik\/traefik\.go is another file: toolchain\/traefik\/lean\.patch was made for another/,
    );
    assert.include(await lean("3.7.7"), "go.sum has no checksum of Traefik 3.7.7");
    assert.lengthOf(readdirSync(join(machine.cache, "tmp")), 3); // the set-up's end removes them
  });
});
