import { randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { docker } from "../../machines/docker/cli.ts";
import { removeParts } from "../../machines/docker/parts.ts";
import type { MachineSpec } from "../../machines/machine.ts";
import { ensureVolume } from "../../machines/qemu/disks.ts";
import type { Architecture } from "../../machines/qemu/hardware.ts";
import type { JsonSocket } from "../../machines/qemu/json-socket.ts";
import { Directory } from "../../machines/qemu/machine-directory.ts";
import { openMonitor, plugged } from "../../machines/qemu/monitor.ts";
import { removeMachines } from "../../machines/qemu/parts.ts";
import { plugIn, unplugRest } from "../../machines/qemu/plug.ts";
import { QemuMachines } from "../../machines/qemu/qemu-machines.ts";
import { systemImage } from "../../machines/qemu/system-image.ts";
import { temporaryDirectory } from "../support/cloud.ts";

const network = (id: number) => ({
  id,
  ip: "10.0.0.2",
  mac: `86:00:00:00:00:0${id}`,
  range: "10.0.0.0/16",
  routes: [],
});
const volume = (id: number, size: number) => ({ id, automount: true, size, format: "ext4" });
const spec = (architecture: Architecture): MachineSpec => ({
  id: 1,
  name: "web",
  label: "web",
  architecture,
  boot: "never",
  cores: 2,
  memoryGib: 1,
  diskGib: 20,
  address: null,
  userData: null,
  publicKeys: [],
  rootPassword: null,
  volumes: [volume(5, 10)],
  snapshot: null,
  firewall: null,
  metadata: {},
  rescue: null,
  networks: [network(7)],
});

const CLOUD = randomBytes(3).toString("hex");

/** What QEMU itself does, without a guest that takes minutes. */
for (const architecture of ["x86", "arm"] as const)
  describe(`virtual machines that never boot, ${architecture}`, () => {
    const SPEC = spec(architecture);
    let data: string;
    let directory: Directory;
    let machines: QemuMachines;
    const state = async () => (await machines.inspect()).get(SPEC.id);

    before(async () => {
      data = temporaryDirectory();
      directory = new Directory(data);
      const registry = "127.77.9.1:5000";
      const architectures = [architecture];
      machines = new QemuMachines({
        ...{ cloud: CLOUD, data, architectures, accelerator: "tcg", registry, system: systemImage },
      });
      await machines.prepare();
      await machines.create(SPEC);
    });
    after(async () => {
      await machines.close();
      await Promise.all([removeMachines(data), removeParts(docker, { id: CLOUD, registry: null })]);
      rmSync(data, { recursive: true });
    });

    it("start and stop", async () => {
      expect(await state()).to.equal("off");
      await machines.start(SPEC);
      expect(await state()).to.equal("running");
      expect((await machines.usage(SPEC.id))?.cpuSeconds).to.be.a("number");
      await machines.stop(SPEC.id);
      expect(await state()).to.equal("off");
    });

    it("get and lose volumes and networks while they run", async () => {
      await machines.start(SPEC);
      await machines.close();
      const monitor = (await openMonitor(directory.machine(SPEC.id).monitor)) as JsonSocket;
      const parts = async () =>
        (await plugged(monitor)).filter((name) => /^(volume|network)-/.test(name)).sort();
      expect(await parts()).to.deep.equal(["network-7-card", "volume-5"]);
      const more = { ...SPEC, volumes: [volume(5, 12), volume(6, 10)] };
      more.networks = [network(7), network(8)];
      for (const each of more.volumes) await ensureVolume(directory, each);
      await plugIn(monitor, more, { cloud: CLOUD, directory });
      const all = ["network-7-card", "network-8-card", "volume-5", "volume-6"];
      expect(await parts()).to.deep.equal(all);
      // A card leaves only with the guest's consent.
      await unplugRest(monitor, { ...more, volumes: [volume(5, 12)] });
      expect(await parts()).to.deep.equal(all.filter((name) => name !== "volume-6"));
      monitor.close();
    });

    it("are made anew from a snapshot, and start into the rescue system", async () => {
      expect(await machines.takeSnapshot(SPEC.id, 9)).to.be.greaterThan(1e8);
      await machines.rebuild({ ...SPEC, snapshot: 9 });
      expect(await state()).to.equal("off");
      await machines.start({ ...SPEC, rescue: { publicKeys: [], rootPassword: "secret" } });
      expect(await state()).to.equal("running");
    });

    it("were stopped by the computer when nobody switched them off", async () => {
      const exits: string[] = [];
      machines.watch((_, how) => exits.push(how));
      process.kill(Number(readFileSync(join(directory.machine(SPEC.id).pid), "utf8")), "SIGKILL");
      for (const end = Date.now() + 60_000; exits.length === 0 && Date.now() < end; )
        await pause(50);
      expect(exits).to.deep.equal(["off"]);
      expect(await state()).to.equal("interrupted");
    });
  });
