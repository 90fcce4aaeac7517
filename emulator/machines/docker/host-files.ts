import type { Login, MachineSpec } from "../machine.ts";
import { networkRules } from "./network-rules.ts";
import type { HostFile } from "./tar.ts";

export interface HostSettings {
  /** Where the registry is published, the same address on this computer and in the hosts. */
  registry: string | null;
  /** The registry's name and port on the hosts' network. */
  registryContainer: string;
  /** Resolvers for containers inside the hosts. */
  dns: string[];
  /** The cloud's side of the servers' network. */
  gateway: string;
}

/** The files that make a host of the image into this server; written before its first boot. */
export function hostFiles(spec: MachineSpec, settings: HostSettings): HostFile[] {
  return [
    ...identity(String(spec.id), spec.name, spec, spec.userData),
    { path: "/etc/docker/daemon.json", mode: 0o644, text: daemonJson(settings) },
    ...registryMirror(settings),
    ...stateFiles(spec, settings),
    // Its disk has booted before, as another server.
    ...(spec.snapshot === null ? [] : [{ path: "/etc/host-first-boot", mode: 0o600, text: "" }]),
  ];
}

/** The same for a server's rescue system, which knows nothing of the server but who may enter. */
export function rescueFiles(spec: MachineSpec, settings: HostSettings): HostFile[] {
  const login = spec.rescue ?? { publicKeys: [], rootPassword: null };
  return [
    ...identity(`rescue-${spec.id}`, "rescue", login, null),
    { path: "/etc/docker/daemon.json", mode: 0o644, text: daemonJson(settings) },
  ];
}

/** What may change while a server lives: `host-apply` in the machine makes it so. */
export const stateFiles = (spec: MachineSpec, { gateway }: HostSettings): HostFile[] => [
  {
    path: "/etc/host-volumes",
    mode: 0o600,
    text: spec.volumes.map((v) => `${v.id} ${v.automount ? "automount" : "manual"}\n`).join(""),
  },
  // A file of its own: servers of an older image read the other one.
  {
    path: "/etc/host-volume-sizes",
    mode: 0o600,
    text: spec.volumes.map((v) => `${v.id} ${v.size} ${v.format ?? "none"}\n`).join(""),
  },
  {
    path: "/etc/systemd/system/ssh.service.d/boot.conf",
    mode: 0o644,
    text: spec.boot === "without_ssh" ? "[Unit]\nConditionPathExists=/nowhere\n" : "",
  },
  { path: "/etc/host-network.nft", mode: 0o600, text: networkRules(spec.firewall, gateway) },
  ...Object.entries(spec.metadata).map(([path, text]) => ({
    path: `/etc/host-metadata/${path.replace(/^\//, "").replaceAll("/", ".")}`,
    mode: 0o600,
    text,
  })),
];

/** Who the machine is and who may enter. */
function identity(
  id: string,
  hostName: string,
  { publicKeys, rootPassword }: Login,
  userData: string | null,
): HostFile[] {
  const seed = (name: string, text: string) => ({
    path: `/var/lib/cloud/seed/nocloud/${name}`,
    mode: 0o600,
    text,
  });
  // JSON is YAML: no quoting of our own.
  const metaData = {
    "instance-id": id,
    "local-hostname": hostName,
    "public-keys": publicKeys,
  };
  return [
    seed("meta-data", JSON.stringify(metaData)),
    seed("user-data", userData ?? "#cloud-config\n{}\n"),
    // `host-boot` sets it before sshd starts. cloud-init would restart an sshd that answers already,
    // and cut off whoever is there.
    ...(rootPassword === null
      ? []
      : [{ path: "/etc/host-root-password", mode: 0o600, text: `${rootPassword}\n` }]),
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
