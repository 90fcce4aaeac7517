import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { droppedCapabilities } from "../../machines/docker/capabilities.ts";
import { LABEL } from "../../machines/docker/containers.ts";
import { hostFiles, rescueFiles } from "../../machines/docker/host-files.ts";
import { createArguments } from "../../machines/docker/run-arguments.ts";
import { tar } from "../../machines/docker/tar.ts";
import type { MachineSpec } from "../../machines/machine.ts";

const SPEC: MachineSpec = {
  id: 44000001,
  name: "web",
  label: "web",
  architecture: "x86",
  boot: "normal" as const,
  cores: 2,
  memoryGib: 4,
  diskGib: 40,
  address: "127.77.9.10",
  userData: "#cloud-config\n{}\n",
  publicKeys: ["ssh-ed25519 AAAA me"],
  rootPassword: null,
  volumes: [
    { id: 55000001, automount: true, size: 10, format: "ext4" },
    { id: 55000002, automount: false, size: 20, format: null },
  ],
  snapshot: null,
  firewall: null,
  metadata: { "/hetzner/v1/metadata/hostname": "web\n" },
  rescue: null,
  networks: [],
};
const SETTINGS = {
  registry: "127.77.9.1:5000",
  registryContainer: "onebox-abc123-registry:5000",
  dns: ["192.0.2.53"],
  gateway: "172.18.0.1",
};

describe("the Docker driver", () => {
  const file = (path: string, spec = SPEC, settings: Parameters<typeof hostFiles>[1] = SETTINGS) =>
    hostFiles(spec, settings).find((f) => f.path === path);

  it("publishes a server's ports on its own address only", () => {
    const placement = { cloud: "abc123", network: "n", volumeStore: "v", image: "i" };
    const args = createArguments(SPEC, placement);
    expect(args.filter((arg) => /^127\.|^\d+:/.test(arg))).to.deep.equal([
      "127.77.9.10:22:22",
      "127.77.9.10:80:80",
      "127.77.9.10:443:443",
    ]);
    expect(args).to.include.members(["onebox-abc123-web", "onebox.cloud=abc123", "4g"]);
    expect(createArguments({ ...SPEC, address: null }, placement)).to.not.include("--publish");
  });

  it("gives a server the right to grow a mounted file system where this computer has it", () => {
    const kept = ["SYS_TIME", "SYS_MODULE"];
    expect(droppedCapabilities("CapBnd:\t000001ffffffffff\n")).to.deep.equal(kept);
    expect(droppedCapabilities("CapBnd:\t000001fffeffffff\n")).to.deep.equal([
      ...kept,
      "SYS_RESOURCE",
    ]);
  });

  it("never passes user data or keys as arguments", () => {
    const placement = { cloud: "abc123", network: "n", volumeStore: "v", image: "i" };
    const args = createArguments({ ...SPEC, userData: "canary" }, placement).join(" ");
    expect(args).to.not.contain("canary");
    expect(args).to.not.contain("AAAA");
  });

  it("hands the user data to cloud-init as it came, readable by root only", () => {
    expect(file("/var/lib/cloud/seed/nocloud/user-data")).to.deep.include({
      text: SPEC.userData,
      mode: 0o600,
    });
    const meta = JSON.parse(file("/var/lib/cloud/seed/nocloud/meta-data")?.text ?? "");
    expect(meta).to.deep.equal({
      "instance-id": "44000001",
      "local-hostname": "web",
      "public-keys": SPEC.publicKeys,
    });
  });

  it("sets a root password only where there is one", () => {
    const path = "/etc/host-root-password";
    expect(file(path)).to.equal(undefined);
    expect(file(path, { ...SPEC, rootPassword: "s3cret" })).to.deep.include({
      text: "s3cret\n",
      mode: 0o600,
    });
  });

  it("makes the registry the mirror of the inner engine, at the same address", () => {
    expect(JSON.parse(file("/etc/docker/daemon.json")?.text ?? "")).to.deep.include({
      "registry-mirrors": ["http://127.77.9.1:5000"],
      dns: ["192.0.2.53"],
    });
    const unit = "/etc/systemd/system/registry-mirror";
    expect(file(`${unit}.socket`)?.text).to.contain("ListenStream=127.77.9.1:5000");
    expect(file(`${unit}.service`)?.text).to.contain("onebox-abc123-registry:5000");
    const without = { ...SETTINGS, registry: null };
    expect(file(`${unit}.socket`, SPEC, without)).to.equal(undefined);
  });

  it("lays the answers of the metadata service under their paths", () => {
    expect(file("/etc/host-metadata/hetzner.v1.metadata.hostname")?.text).to.equal("web\n");
  });

  it("makes a disk that has booted before boot anew", () => {
    const path = "/etc/host-first-boot";
    expect(file(path)).to.equal(undefined);
    expect(file(path, { ...SPEC, snapshot: 300000001 })?.text).to.equal("");
  });

  it("lets into a rescue system who it is for, and tells it nothing of the server", () => {
    const rescue = { publicKeys: ["ssh-ed25519 BBBB other"], rootPassword: "s3cret" };
    const files = rescueFiles({ ...SPEC, rescue }, SETTINGS);
    const text = JSON.stringify(files);
    expect(text).to.contain("BBBB").and.contain("s3cret").and.contain("rescue-44000001");
    expect(text).to.not.contain("AAAA");
    const placement = { cloud: "abc123", network: "n", volumeStore: "v", image: "i" };
    const args = createArguments(SPEC, placement, [], LABEL.rescue);
    expect(args).to.include.members(["onebox-abc123-web-rescue", "onebox.rescue=44000001"]);
    expect(args).to.not.include("onebox.server=44000001");
  });

  it("lists the attached volumes", () => {
    expect(file("/etc/host-volumes")?.text).to.equal("55000001 automount\n55000002 manual\n");
    expect(file("/etc/host-volume-sizes")?.text).to.equal("55000001 10 ext4\n55000002 20 none\n");
  });

  it("packs files as tar reads them", () => {
    const archive = tar([
      { path: "/etc/a", mode: 0o600, text: "one\n" },
      { path: "/var/b", mode: 0o644, text: "x".repeat(513) },
    ]);
    const listed = execFileSync("tar", ["-tvf", "-"], { input: archive, encoding: "utf8" });
    expect(listed).to.match(/^-rw------- 0\/0 +4 .* etc\/a\n-rw-r--r-- 0\/0 +513 .* var\/b\n$/);
    const text = execFileSync("tar", ["-xOf", "-", "etc/a"], { input: archive, encoding: "utf8" });
    expect(text).to.equal("one\n");
  });
});
