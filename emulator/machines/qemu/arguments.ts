import { availableParallelism } from "node:os";
import { PORTS } from "../docker/run-arguments.ts";
import type { MachineSpec } from "../machine.ts";
import type { Accelerator } from "./accelerator.ts";
import { HARDWARE } from "./hardware.ts";
import type { Directory } from "./machine-directory.ts";
import { interfaceArguments } from "./networks.ts";
import { quoted } from "./run.ts";
import type { SystemImage } from "./system-image.ts";

/** What all machines of a cloud have in common. */
export interface Placement {
  cloud: string;
  directory: Directory;
  accelerator: Accelerator;
  /** Where the cloud's registry is published, as ADDRESS:PORT; null without one. */
  registry: string | null;
}

/** This computer on the network that QEMU simulates for one guest, and there the registry's address. */
export const GATEWAY = "10.0.2.2";
export const RESOLVER = "10.0.2.3";
export const REGISTRY = "10.0.2.100:5000";

const KERNEL = "loglevel=5 net.ifnames=0 audit=0 systemd.firstboot=off";
// Measures against programs that spy on each other cost a translated guest much of its speed. So does all that comes with
// each program's start: code at random addresses is translated anew, security modules check. What starts in it takes
// longer than systemd thinks is right.
const TRANSLATED =
  "mitigations=off norandmaps lsm=yama cryptomgr.notests systemd.default_timeout_start_sec=900 systemd.default_device_timeout_sec=900";
// Its clock goes by what it has done, a nanosecond for each instruction, and by ours while it waits: so what it gives up
// after so many seconds does not depend on how slow it is, nor on what else this computer does.
const TRANSLATED_CLOCK = "shift=0,sleep=on";

/**
 * A translated guest has one: before QEMU 8.1 the second one executes what Linux is just rewriting in itself, and it ends
 * with "Oops: int3" (bugzilla.redhat.com/2216496), for example while the firewall is set up and somebody knocks.
 */
const processors = (cores: number, translated: boolean): number =>
  translated ? 1 : Math.min(cores, availableParallelism());

/** KVM is for a guest of the computer's own kind, and was tried with one of x86. */
const acceleratorOf = ({ architecture }: MachineSpec, { accelerator }: Placement): Accelerator =>
  architecture === "x86" ? accelerator : "tcg";

/** QEMU's arguments for a server's machine that begins with this system. */
export function qemuArguments(
  spec: MachineSpec,
  system: SystemImage,
  placement: Placement,
): string[] {
  const { directory } = placement;
  const hardware = HARDWARE[spec.architecture];
  const accelerator = acceleratorOf(spec, placement);
  const files = directory.machine(spec.id);
  const translated = accelerator === "tcg";
  const disk = (id: string, file: string, format: string, more = "") => [
    ...["-drive", `if=none,id=${id},file=${quoted(file)},format=${format}${more}`],
    ...["-device", `virtio-blk-pci,drive=${id}`],
  ];
  const socket = (id: string, file: string) =>
    `socket,id=${id},path=${quoted(file)},server=on,wait=off`;
  return [
    ["-name", `onebox-${placement.cloud}-${quoted(spec.label)}`],
    ["-nodefaults", "-no-user-config", "-display", "none", "-machine", hardware.machine],
    translated
      ? ["-accel", "tcg,tb-size=512", "-icount", TRANSLATED_CLOCK, "-cpu", hardware.translated]
      : ["-accel", "kvm", "-cpu", "host"],
    ["-smp", String(processors(spec.cores, translated))],
    ["-m", `${spec.memoryGib}G`],
    hardware.firmware,
    ["-kernel", system.kernel, "-initrd", system.initrd],
    ["-append", `console=${hardware.console} ${translated ? `${KERNEL} ${TRANSLATED}` : KERNEL}`],
    ["-chardev", `file,id=console,path=${quoted(files.console)}`, "-serial", "chardev:console"],
    ["-chardev", socket("monitor", files.monitor), "-mon", "chardev=monitor,mode=control"],
    ["-device", "virtio-rng-pci", "-device", "virtio-serial-pci"],
    ["-chardev", socket("agent", files.agent)],
    ["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"],
    spec.rescue === null ? [] : disk("rescue", files.rescueDisk, "qcow2", ",discard=unmap"),
    // The guest's first disk is its system, the second one its seed.
    spec.rescue === null ? disk("system", files.disk, "qcow2", ",discard=unmap") : [],
    disk("seed", files.seed, "raw", ",readonly=on,file.locking=off"),
    spec.rescue === null ? [] : disk("system", files.disk, "qcow2", ",discard=unmap"),
    ["-device", "virtio-scsi-pci,id=volumes"],
    spec.volumes.flatMap(({ id }) => [
      ...["-blockdev", JSON.stringify(volumeNode(directory, id))],
      ...["-device", JSON.stringify(volumeDevice(id))],
    ]),
    ["-netdev", publicNetwork(spec, placement), "-device", "virtio-net-pci,netdev=public,romfile="],
    hardware.slots.flatMap((id, at) => ["-device", `pcie-root-port,id=${id},chassis=${at + 1}`]),
    spec.networks.flatMap((network, at) =>
      interfaceArguments(placement.cloud, network, hardware.slots[at]),
    ),
    // A guest that has switched itself off is kept until it was seen: one that is gone was stopped by the computer.
    ["-no-shutdown"],
    spec.boot === "never" ? ["-S"] : [],
    ["-pidfile", files.pid, "-daemonize"],
  ].flat();
}

/** What a volume is to QEMU; its names are also those by which it is removed. */
export const volumeName = (id: number) => `volume-${id}`;
export const volumeNode = (directory: Directory, id: number) => ({
  driver: "raw",
  "node-name": volumeName(id),
  discard: "unmap",
  file: { driver: "file", filename: directory.volume(id), discard: "unmap" },
});

/** As the real ones: udev makes scsi-0HC_Volume_ID of vendor, product and id. */
export const volumeDevice = (id: number) => ({
  driver: "scsi-hd",
  id: volumeName(id),
  bus: "volumes.0",
  drive: volumeName(id),
  vendor: "HC",
  product: "Volume",
  serial: String(id),
  device_id: String(id),
});

/** A network of the guest's own, whose packets leave as this computer's: needs no rights. */
function publicNetwork({ address }: MachineSpec, { registry }: Placement): string {
  const ports = address === null ? [] : PORTS;
  return [
    "user,id=public",
    ...ports.map((port) => `hostfwd=tcp:${address}:${port}-:${port}`),
    ...(registry === null ? [] : [quoted(registryForward(registry))]),
  ].join(",");
}

/** QEMU itself leads only to 127.0.0.1, so each connection gets a process that leads to the registry. */
function registryForward(registry: string): string {
  const [host, port] = registry.split(":");
  const script = `s=require("net").connect(${port},"${host}");process.stdin.pipe(s).pipe(process.stdout)`;
  return `guestfwd=tcp:${REGISTRY}-cmd:'${process.execPath}' -e '${script}'`;
}
