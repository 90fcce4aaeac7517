import type { MachineSpec } from "../machine.ts";
import type { HostFile } from "./tar.ts";

export interface HostSettings {
  /** Where the registry is published, the same address on this computer and in the hosts. */
  registry: string | null;
  /** The registry's name and port on the hosts' network. */
  registryContainer: string;
  /** Resolvers for containers inside the hosts. */
  dns: string[];
}

/** The files that make a host of the image into this server; written before its first boot. */
export function hostFiles(spec: MachineSpec, settings: HostSettings): HostFile[] {
  return [
    ...cloudInit(spec),
    { path: "/etc/docker/daemon.json", mode: 0o644, text: daemonJson(settings) },
    ...registryMirror(settings),
    volumesFile(spec),
  ];
}

/** The volumes that `host-volumes` in the machine mounts. */
export const volumesFile = (spec: MachineSpec): HostFile => ({
  path: "/etc/host-volumes",
  mode: 0o600,
  text: spec.volumes.map((v) => `${v.id} ${v.automount ? "automount" : "manual"}\n`).join(""),
});

/** Keeps SSH from starting, or lets it. */
export const sshFile = (spec: MachineSpec): HostFile => ({
  path: "/etc/systemd/system/ssh.service.d/boot.conf",
  mode: 0o644,
  text: spec.boot === "without_ssh" ? "[Unit]\nConditionPathExists=/nowhere\n" : "",
});

function cloudInit(spec: MachineSpec): HostFile[] {
  const seed = (name: string, text: string) => ({
    path: `/var/lib/cloud/seed/nocloud/${name}`,
    mode: 0o600,
    text,
  });
  // JSON is YAML: no quoting of our own.
  const metaData = {
    "instance-id": String(spec.id),
    "local-hostname": spec.name,
    "public-keys": spec.publicKeys,
  };
  const password = {
    ssh_pwauth: true,
    chpasswd: {
      expire: false,
      users: [{ name: "root", password: spec.rootPassword, type: "text" }],
    },
  };
  return [
    seed("meta-data", JSON.stringify(metaData)),
    seed("user-data", spec.userData ?? "#cloud-config\n{}\n"),
    seed(
      "vendor-data",
      `#cloud-config\n${JSON.stringify(spec.rootPassword === null ? {} : password)}\n`,
    ),
  ];
}

function daemonJson({ registry, dns }: HostSettings): string {
  const settings = {
    "log-driver": "json-file",
    "log-opts": { "max-size": "10m", "max-file": "3" },
    ...(registry === null ? {} : { "registry-mirrors": [`http://${registry}`] }),
    ...(dns.length === 0 ? {} : { dns }),
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

/** The registry answers inside the host at the very address that it has outside. */
function registryMirror({ registry, registryContainer }: HostSettings): HostFile[] {
  if (registry === null) return [];
  const unit = (name: string, text: string) => ({
    path: `/etc/systemd/system/registry-mirror.${name}`,
    mode: 0o644,
    text,
  });
  return [
    unit("socket", `[Socket]\nListenStream=${registry}\nFreeBind=true\n`),
    unit(
      "service",
      `[Service]\nExecStart=/usr/lib/systemd/systemd-socket-proxyd --exit-idle-time=60 ${registryContainer}\n`,
    ),
  ];
}
