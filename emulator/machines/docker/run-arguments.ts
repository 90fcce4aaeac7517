import { availableParallelism } from "node:os";
import type { MachineSpec } from "../machine.ts";
import { droppedCapabilities } from "./capabilities.ts";
import { LABEL, type Label } from "./containers.ts";

export interface Placement {
  cloud: string;
  network: string;
  /** The Docker volume that holds all of the cloud's volumes. */
  volumeStore: string;
  image: string;
}

/** Ports that a server's address answers at, as far as the server does. */
export const PORTS = [22, 80, 443];

const LIMITS = [
  // As much as systemd, an inner Docker engine and file systems that grow need.
  ["--cap-add", "ALL"],
  ["--security-opt", "seccomp=unconfined"],
  ["--security-opt", "apparmor=unconfined"],
  ["--security-opt", "systempaths=unconfined"],
  ["--device-cgroup-rule", "a *:* rwm"],
  ["--cgroupns", "private"],
].flat();

const MOUNTS = [
  ["--tmpfs", "/run:exec,mode=755"],
  ["--tmpfs", "/run/lock"],
  ["--tmpfs", "/tmp:exec,mode=1777"],
].flat();

export const containerName = (cloud: string, server: string) => `onebox-${cloud}-${server}`;

/** The size of a machine; no more processors than this computer has. */
export const sizeArguments = (spec: MachineSpec) => [
  "--memory",
  `${spec.memoryGib}g`,
  "--memory-swap",
  `${spec.memoryGib}g`,
  "--cpus",
  String(Math.min(spec.cores, availableParallelism())),
];

/** Arguments of `docker create` for a server's machine. `disk` says where its disks come from. */
export function createArguments(
  spec: MachineSpec,
  { cloud, network, volumeStore, image }: Placement,
  disk: string[] = ["--volume", "/var/lib/docker", "--volume", "/var/lib/containerd"],
  role: Label = LABEL.own,
): string[] {
  const { address } = spec;
  return [
    "create",
    "--tty", // the console
    ["--log-driver", "json-file", "--log-opt", "max-size=4m", "--log-opt", "max-file=1"],
    ["--name", containerName(cloud, role === LABEL.own ? spec.label : `${spec.label}-rescue`)],
    ["--hostname", role === LABEL.own ? spec.name : "rescue"],
    ["--label", `onebox.cloud=${cloud}`],
    ["--label", `${role}=${spec.id}`],
    ["--label", `onebox.address=${address ?? ""}`],
    ["--network", network],
    address === null ? [] : PORTS.flatMap((port) => ["--publish", `${address}:${port}:${port}`]),
    LIMITS,
    droppedCapabilities().flatMap((name) => ["--cap-drop", name]),
    MOUNTS,
    sizeArguments(spec),
    disk,
    ["--volume", `${volumeStore}:/var/lib/host-volumes`],
    ["--stop-timeout", "20"],
    image,
  ].flat();
}
