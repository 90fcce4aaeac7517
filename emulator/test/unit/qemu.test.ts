import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { subnetsListenedOn } from "../../machines/docker/addresses.ts";
import type { MachineSpec } from "../../machines/machine.ts";
import { accelerator } from "../../machines/qemu/accelerator.ts";
import { type Placement, qemuArguments } from "../../machines/qemu/arguments.ts";
import { JsonSocket } from "../../machines/qemu/json-socket.ts";
import { Directory } from "../../machines/qemu/machine-directory.ts";
import { removeMachines } from "../../machines/qemu/parts.ts";
import { keepFirstFiles, writeSeed } from "../../machines/qemu/seed.ts";
import { temporaryDirectory } from "../support/cloud.ts";

const SPEC: MachineSpec = {
  id: 44000001,
  name: "web",
  label: "web",
  architecture: "x86",
  boot: "normal",
  cores: 64,
  memoryGib: 4,
  diskGib: 40,
  address: "127.77.9.10",
  userData: "#cloud-config\n{}\n",
  publicKeys: ["ssh-ed25519 AAAA me"],
  rootPassword: "secret-word",
  volumes: [{ id: 55000001, automount: true, size: 10, format: "ext4" }],
  snapshot: null,
  firewall: null,
  metadata: {},
  rescue: null,
  networks: [{ id: 7, ip: "10.0.0.2", mac: "86:00:00:00:00:07", range: "10.0.0.0/16", routes: [] }],
};
const SYSTEM = { disk: "/s/disk.qcow2", kernel: "/s/vmlinuz", initrd: "/s/initrd" };
const SETTINGS = {
  ...{ registry: null, registryContainer: "", dns: [], gateway: "10.0.2.2" },
  computer: "172.18.0.1",
};

describe("the QEMU driver", () => {
  let data: string;
  let placement: Placement;
  beforeEach(() => {
    data = temporaryDirectory();
    placement = {
      cloud: "abc123",
      directory: new Directory(join(data, "a,b")),
      accelerator: "tcg",
      registry: null,
    };
  });
  afterEach(() => rmSync(data, { recursive: true }));
  const line = (spec: Partial<MachineSpec> = {}, more: Partial<Placement> = {}) =>
    qemuArguments({ ...SPEC, ...spec }, SYSTEM, { ...placement, ...more }).join(" ");

  it("leads the ports of a server's address to it, and none without an address", () => {
    for (const port of [22, 80, 443])
      expect(line()).to.contain(`hostfwd=tcp:127.77.9.10:${port}-:${port}`);
    expect(line({ address: null })).to.not.contain("hostfwd");
  });

  it("leads a guest to the cloud's registry", () => {
    expect(line({}, { registry: "127.77.9.1:5000" })).to.match(
      /guestfwd=tcp:10\.0\.2\.100:5000-cmd:\S+ -e 's=require\("net"\)\.connect\(5000,,"127\.77\.9\.1"\)/,
    );
    expect(line()).to.not.contain("guestfwd");
  });

  it("translates what is not this computer's kind, whatever that can do", () => {
    const arm = line({ architecture: "arm" }, { accelerator: "kvm" });
    expect(arm)
      .to.match(/-machine virt\S* -accel tcg,.* -cpu max,/)
      .and.contain("console=ttyAMA0");
    const x86 = line({}, { accelerator: "kvm" });
    expect(x86).to.contain("-machine pc -accel kvm -cpu host").and.contain("console=ttyS0");
  });

  it("keeps a comma in a path from ending it", () => {
    expect(line()).to.contain("a,,b/vms/machines/44000001/disk.qcow2,format=qcow2");
  });

  it("plugs volumes in as Hetzner's", () => {
    const [device] = line().match(/\{"driver":"scsi-hd"[^}]*\}/) ?? [];
    expect(JSON.parse(device ?? "")).to.include({ vendor: "HC", product: "Volume" });
    expect(JSON.parse(device ?? "")).to.include({
      device_id: "55000001",
      drive: "volume-55000001",
    });
  });

  it("gives each private network of each cloud a group of its own", () => {
    const group = (text: string) => /"mcast":"([^"]+)"/.exec(text)?.[1];
    const other = [{ ...(SPEC.networks[0] as MachineSpec["networks"][0]), id: 8 }];
    const groups = [line(), line({}, { cloud: "other1" }), line({ networks: other })].map(group);
    expect(new Set(groups)).to.have.length(3);
    expect(group(line({ id: 2 }))).to.equal(groups[0]);
  });

  it("boots the rescue system from its own disk, with the server's as the third", () => {
    const drives = line({ rescue: { publicKeys: [], rootPassword: "x" } }).match(/if=none,id=\w+/g);
    expect(drives).to.deep.equal(["if=none,id=rescue", "if=none,id=seed", "if=none,id=system"]);
    expect(line().match(/if=none,id=\w+/g)).to.deep.equal(["if=none,id=system", "if=none,id=seed"]);
  });

  it("gives a translated guest one processor, and others no more than there are", () => {
    expect(line()).to.match(/-accel tcg\S* .*-smp 1 .* norandmaps /);
    const kvm = line({}, { accelerator: "kvm" });
    expect(kvm).to.contain(` -smp ${Math.min(SPEC.cores, availableParallelism())} `);
    expect(kvm).to.not.contain("norandmaps");
  });

  it("has a translated guest's clock go by what it has done, and no other's", () => {
    expect(line()).to.contain(" -icount shift=0,sleep=on ");
    expect(line({}, { accelerator: "kvm" })).to.not.contain("-icount");
  });

  it("never boots what is made to fail", () => {
    expect(line({ boot: "never" })).to.contain(" -S ");
    expect(line()).to.not.contain(" -S ");
  });

  it("refuses a directory that is too long for a socket, where nothing but machines needs one", async () => {
    for (const name of ["x".repeat(90), "ä".repeat(45)]) {
      expect(() => new Directory(`/${name}`).check()).to.throw("--data is too long");
      await removeMachines(`/${name}`); // of a cloud that has none
    }
  });

  it("writes the root password for the first boot at every start, and never elsewhere", async () => {
    const files = placement.directory.machine(SPEC.id);
    mkdirSync(files.directory, { recursive: true });
    await keepFirstFiles(SPEC, files, SETTINGS);
    await writeSeed({ ...SPEC, rootPassword: null }, files, SETTINGS);
    const seed = readFileSync(files.seed, "utf8");
    expect(seed).to.contain("secret-word\n").and.contain("- 86:00:00:00:00:07 10.0.0.2");
    expect(seed).to.contain("172.18.0.1\n");
    // The text follows the 512 bytes of its header.
    const [, before] = /etc\/host-instance\0[\s\S]{494}([0-9a-f-]{36})\n/.exec(seed) ?? [];
    await writeSeed({ ...SPEC, rootPassword: null, networks: [] }, files, SETTINGS);
    const after = readFileSync(files.seed, "utf8");
    expect(after).to.have.length(seed.length).and.not.contain("86:00:00");
    expect(before).to.be.a("string");
    expect(after).to.contain(before);
  });

  it("believes a boot, not /dev/kvm, and asks once", async () => {
    let boots = 0;
    const find = (works: boolean, version = "1") =>
      accelerator({
        boots: async () => ++boots > 0 && works,
        version: async () => version,
        cache: data,
      });
    expect(await find(false)).to.equal("tcg");
    expect(await find(true)).to.equal("tcg");
    expect(boots).to.equal(1);
    expect(await find(true, "2")).to.equal("kvm");
    expect(boots).to.equal(2);
  });

  it("tells answers from events, and gives up on a machine that ends", async () => {
    const path = join(data, "monitor");
    const server = createServer((socket) => {
      socket.write('{"QMP":{}}\n');
      socket.on("data", (text) => {
        const { execute, id } = JSON.parse(String(text));
        if (execute === "quit") return socket.destroy();
        socket.write(`{"event":"RESET"}\n{"id":${id},"return":{"status":"running"}}\n`);
      });
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const monitor = await JsonSocket.open(path);
    const events: string[] = [];
    monitor.on("event", (name) => events.push(name));
    expect(await monitor.call("query-status")).to.deep.equal({ status: "running" });
    expect(events).to.deep.equal(["RESET"]);
    const error = await monitor.call("quit").then(() => null, String);
    expect(error).to.contain("has ended");
    server.close();
  });

  it("sees which networks other clouds' machines listen on", () => {
    const table =
      "   0: 0A054D7F:0016 00000000:0000 0A 00000000:00000000\n" +
      "   1: 0A064D7F:0016 0A064D7F:9999 01 00000000:00000000\n";
    expect([...subnetsListenedOn(table)]).to.deep.equal([5]);
  });
});
