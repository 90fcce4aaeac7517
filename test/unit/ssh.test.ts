import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

describe("SSH to the VM", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-ssh-"));
  });
  after(() => rmSync(directory, { recursive: true }));

  it("accepts nothing but a certificate of our own authority, and asks no agent", () => {
    for (const key of ["ca_key", "deploy_key"]) {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(directory, key)]);
    }
    // What OpenSSH itself makes of the configuration.
    const script =
      '. scripts/lib/ssh.sh; prepare_ssh; ssh -F "$ONEBOX_SECRETS/ssh_config" -T -G onebox';
    const text = execFileSync("bash", ["-euc", script], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, ONEBOX_SECRETS: directory, CFG_NAME: "onebox" },
    });
    const settings = Object.fromEntries(text.split("\n").map((line) => line.split(/ (.*)/)));
    const known = join(directory, "known_hosts");
    expect(settings).to.include({
      stricthostkeychecking: "true",
      userknownhostsfile: known,
      globalknownhostsfile: "/dev/null",
      hostkeyalgorithms: "ssh-ed25519-cert-v01@openssh.com",
      hostkeyalias: "onebox",
      identityagent: "none",
      batchmode: "yes",
    });
    const [type, key] = readFileSync(join(directory, "ca_key.pub"), "utf8").split(" ");
    expect(readFileSync(known, "utf8")).to.match(new RegExp(`^@cert-authority \\* ${type} `));
    expect(readFileSync(known, "utf8").trim().split("\n")).to.have.length(1);
    expect(readFileSync(known, "utf8")).to.include(key);
  });
});
