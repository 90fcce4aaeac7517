import { expect } from "chai";
import { listedImages } from "../../stacks/edge-files.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";

const [right, wrong] = ["a".repeat(64), "b".repeat(64)];
/** Docker, which has under each name what the file of it says; the registry has all that is asked for by digest. */
const docker = `#!/bin/bash
case "$*" in
  image*) cat "$STATE/\${!#}" 2>/dev/null || exit 1 ;;
  pull*) [ ! -e "$STATE/lost" ] || { echo manifest unknown >&2; exit 1; }; echo "$*" >>"$STATE/log" ;;
  tag*) echo "$2" >"$STATE/$3" ;;
esac
`;

describe("the images that toolchain/checksums lists", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", docker);
    vm.write("base/traefik/images", `${right} traefik:v3.7.6\n${right} library/x:1.0\n`);
  });
  afterEach(() => vm.remove());
  const take = () => vm.run("take-listed");

  it("are those on the VM, whatever a registry has put under their version", async () => {
    vm.write("traefik:v3.7.6", `traefik@sha256:${wrong}\n`);
    vm.write("library/x:1.0", `library/x@sha256:${wrong}\nlibrary/x@sha256:${right}\n`);
    const { code, output } = await take();
    expect(code, output).to.equal(0);
    expect(vm.read("log")).to.equal(`pull -q traefik@sha256:${right}\n`);
    expect(vm.read("traefik:v3.7.6")).to.equal(`traefik@sha256:${right}\n`);
  });

  it("are needed: nothing goes on where a registry does not have one", async () => {
    vm.write("lost", "");
    const { code, output } = await take();

    expect(code).to.equal(1);
    expect(output).to.match(
      /traefik:v3\.7\.6 that toolchain\/checksums lists could not be pulled: m/,
    );
  });

  it("are read of lines that name an image, and of no other", () => {
    const lines = [
      `# ${right}  traefik:v1`,
      `${right}  terraform_1.11.4_linux_amd64.zip`,
      `${right}  traefik:v3.7.6`,
      `${right}  x:1 $(id)`,
      `${wrong}  ghcr.io/acme/postgres:17.11-trixie`,
    ];
    expect(listedImages(lines.join("\n"))).to.equal(
      `${right} traefik:v3.7.6\n${wrong} ghcr.io/acme/postgres:17.11-trixie\n`,
    );
  });
});
