import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

const commit = "c".repeat(40);
const image = `r.test/app@sha256:${"d".repeat(64)}`;
const docker = `case "$*" in
  *RepoDigests*) echo "${image}" && exit ;;
  *image.revision*) echo ${commit} && exit ;;
esac`;
const spool = "base/webhook/spool";

describe("a release that the webhook deployer makes", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.lead("route.blue");
    vm.write("database", docker);
    vm.write("base/webhook/settings.env", "WEBHOOK_IMAGES=r.test/app\n");
    vm.write("base/host/release/operate", '#!/bin/bash\nls -A "$4"\n');
    const signed = vm.read("base/host/login/signed.sh");
    const signers = signed.replace("/etc/ssh/onebox-keys/signers", join(vm.state, "signers"));
    vm.write("base/host/login/signed.sh", signers);
  });
  afterEach(() => vm.remove());

  const take = () => vm.run("webhook", [], {}, "take");
  const left = () => readdirSync(join(vm.state, spool));

  it("has all files of the one that serves, those of a later Onebox too, and nothing that the VM has added", async () => {
    const files = ["backups.yml", "database-login", "environment.json", "what-comes-next.env"];
    const own = ["canary-routes", "database-hash", "migrations", "served", "upgrade.page"];
    for (const name of [...files, ...own, ".token_seed"])
      vm.write(`base/env/stage/releases/old/${name}`, "x\n");
    vm.write(`${spool}/stage.${commit}`, "");
    const { code, output } = await take();
    expect(code, output).to.equal(0);
    const brought = output.split("\n").filter((line) => line !== "" && !line.startsWith("onebox"));
    expect(brought).to.have.members([
      ...files,
      ...["compose.yml", "delivery.env", "release.env", "routes"],
    ]);
  });

  it("is asked for by a name of one line; none of several lines stays to be looked at for ever", async () => {
    for (const name of [`x\nstage.${commit}`, `stage.${commit}\n`, `\n1 stage.${commit}`])
      vm.write(`${spool}/${name}`, "");
    const { code, output } = await take();
    expect([code, output]).to.deep.equal([0, ""]);
    expect(left()).to.deep.equal([]);
  });

  describe("where images have to be signed", () => {
    const key = (name: string) => join(vm.state, name);
    beforeEach(() => {
      for (const name of ["main", "thief"])
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key(name)]);
      vm.write("signers", `onebox namespaces="onebox-image" ${vm.read("main.pub")}`);
    });

    /** What a request brings that says it was signed by a key. */
    function sign(by: string, what = `${image} ${commit}`): string {
      const args = ["-q", "-Y", "sign", "-f", key(by), "-n", "onebox-image"];
      return execFileSync("ssh-keygen", args, { input: `${what}\n` }).toString("base64");
    }

    it("is none of an image that nobody has signed, or somebody else, or for another commit", async () => {
      const refused: [string, RegExp][] = [
        ["", /nobody has signed this image/],
        ["$(id)\n", /nobody has signed this image/],
        [sign("thief"), /forged, or of another image/],
        [sign("main", `${image} ${"0".repeat(40)}`), /forged, or of another image/],
        [sign("main", `r.test/other@sha256:${"d".repeat(64)} ${commit}`), /forged/],
      ];
      for (const [text, why] of refused) {
        vm.write(`${spool}/stage.${commit}`, text);
        const { code, output } = await take();
        expect([code, left()], output).to.deep.equal([1, []]);
        expect(output).to.match(why).and.not.include("release.env");
      }
      vm.write("good", sign("main"));
      symlinkSync(key("good"), key(`${spool}/stage.${commit}`));
      expect((await take()).output).to.match(/nobody has signed this image/);
      expect(existsSync(key("good"))).to.equal(true);
    });

    it("is made of one that the signer has signed, also when the forge asks again without that", async () => {
      for (const text of [sign("main"), ""]) {
        vm.write(`${spool}/stage.${commit}`, text);
        const { code, output } = await take();
        expect(code, output).to.equal(0);
        expect(output).to.include("release.env");
      }
    });
  });
});
