import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Processes } from "../../cli/processes.ts";
import { prepareSsh } from "../../cli/vm/ssh.ts";

describe("SSH to the VM", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-ssh-"));
  });
  after(() => rmSync(directory, { recursive: true }));

  it("accepts nothing but a certificate of our own CA, and asks no agent", async () => {
    for (const key of ["ca_key", "deploy_key"]) {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(directory, key)]);
    }
    await prepareSsh(directory, "onebox", new Processes(process.env));
    // What OpenSSH itself makes of the configuration.
    const args = ["-F", join(directory, "ssh_config"), "-T", "-G", "onebox"];
    const text = execFileSync("ssh", args, { encoding: "utf8" });
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
    const [type, key = ""] = readFileSync(join(directory, "ca_key.pub"), "utf8").split(" ");
    expect(readFileSync(known, "utf8")).to.match(new RegExp(`^@cert-authority \\* ${type} `));
    expect(readFileSync(known, "utf8").trim().split("\n")).to.have.length(1);
    expect(readFileSync(known, "utf8")).to.include(key);
  });
});
