import { readFileSync } from "node:fs";
import type { ExitListener, MachineSpec, Machines } from "../machine.ts";
import { portTaken } from "./addresses.ts";
import { docker } from "./cli.ts";
import {
  activeContainer,
  containersOf,
  isRunning,
  kill,
  LABEL,
  machineStates,
  REBOOT,
  SIGNAL_POWER_OFF,
  stopForReboot,
} from "./containers.ts";
import { MachineEvents } from "./events.ts";
import { type HostSettings, hostFiles, rescueFiles, stateFiles } from "./host-files.ts";
import { PrivateNetworks } from "./networks.ts";
import { ensureOwnNetwork } from "./own-network.ts";
import { diskMounts } from "./rescue.ts";
import { containerName, createArguments, type Placement, sizeArguments } from "./run-arguments.ts";
import {
  diskImage,
  removeSnapshot,
  restoreData,
  snapshotImage,
  takeSnapshot,
} from "./snapshots.ts";
import { tar } from "./tar.ts";
import { readUsage } from "./usage.ts";

interface DockerOptions {
  cloud: string;
  image: string;
  registry: string | null;
  /** Is told what a server could not be given. */
  report: (line: string) => void;
}

/** Machines that are Docker containers which boot systemd. */
export class DockerMachines implements Machines {
  readonly architectures = [process.arch === "arm64" ? "arm" : "x86"] as const;
  readonly #placement: Placement;
  readonly #settings: HostSettings;
  readonly #networks: PrivateNetworks;
  /** Where running machines are reached; asked for once per start. */
  readonly #endpoints = new Map<string, Promise<string | null>>();
  readonly #report: (line: string) => void;
  #events: MachineEvents | null = null;
  #gateway: string | null = null;

  constructor({ cloud, image, registry, report }: DockerOptions) {
    this.#report = report;
    const network = `onebox-${cloud}`;
    this.#placement = { cloud, network, volumeStore: `${network}-volumes`, image };
    const registryContainer = `${network}-registry:5000`;
    this.#settings = { registry, registryContainer, dns: resolvers(), gateway: "" };
    this.#networks = new PrivateNetworks(cloud);
  }

  async prepare() {
    const { cloud, volumeStore } = this.#placement;
    this.#gateway = await ensureOwnNetwork(cloud);
    this.#settings.gateway = this.#gateway ?? "";
    await docker(["volume", "create", "--label", `onebox.cloud=${cloud}`, volumeStore]);
  }

  async gateway() {
    return this.#gateway;
  }

  async isFree(address: string) {
    return (await portTaken(address)) === undefined;
  }

  async create(spec: MachineSpec) {
    await this.#discard(spec.id); // left by an attempt that was interrupted
    const placement = { ...this.#placement };
    if (spec.snapshot !== null) {
      placement.image = diskImage(placement.cloud, spec.id);
      // By a name of the server's own: the snapshot may be deleted while it lives.
      const snapshot = snapshotImage(placement.cloud, spec.snapshot);
      await docker(["tag", snapshot, placement.image]);
    }
    const id = await docker(createArguments(spec, placement));
    if (spec.snapshot !== null) await restoreData(this.#placement, id, spec.snapshot);
    await docker(["cp", "-", `${id}:/`], tar(hostFiles(spec, this.#settings)));
    return id;
  }

  async start(spec: MachineSpec) {
    const { own, rescue } = await containersOf(this.#placement.cloud, spec.id);
    if (rescue !== null) await docker(["rm", "--force", "--volumes", rescue]);
    let container = own ?? (await this.create(spec));
    if (spec.rescue !== null) container = await this.#createRescue(spec, container);
    const label = '{{index .Config.Labels "onebox.address"}}';
    const address = await docker(["inspect", "--format", label, container]);
    if (address !== (spec.address ?? "")) container = await this.#move(spec, container);
    await docker(["update", ...sizeArguments(spec), container]);
    await this.#bringInLine(container, spec);
    this.#forget(spec.id);
    if (spec.boot !== "never") await docker(["start", container]);
  }

  async stop(server: number) {
    const container = await this.#active(server);
    if (container !== null) await kill(container);
  }

  async shutdown(server: number) {
    const container = await this.#active(server);
    if (container !== null) await docker(["kill", "--signal", SIGNAL_POWER_OFF, container]);
  }

  async reboot(spec: MachineSpec) {
    const container = await this.#active(spec.id);
    if (container !== null) await stopForReboot(container);
    await this.start(spec);
  }

  async rename(server: number, label: string) {
    const container = await this.#find(server);
    if (container === null) return;
    await docker(["rename", container, containerName(this.#placement.cloud, label)]);
  }

  async remove(server: number) {
    await this.#discard(server);
    await docker(["image", "rm", diskImage(this.#placement.cloud, server)]).catch(() => {}); // most have none
  }

  async rebuild(spec: MachineSpec) {
    await this.remove(spec.id);
    await this.create(spec);
  }

  async apply(spec: MachineSpec) {
    const container = await this.#active(spec.id);
    if (container === null) return;
    await this.#bringInLine(container, spec);
    this.#forget(spec.id);
    if (await isRunning(container)) {
      const said = await docker(["exec", container, "/usr/local/sbin/host-apply"]);
      if (said !== "") this.#report(`${spec.label}: ${said}`);
    }
  }

  async setPassword(server: number, password: string) {
    const container = await this.#active(server);
    if (container === null || !(await isRunning(container))) throw new Error("the server is off");
    await docker(
      ["exec", "--interactive", container, "/usr/local/sbin/host-password"],
      Buffer.from(`${password}\n`),
    );
  }

  async takeSnapshot(server: number, snapshot: number) {
    const container = await this.#find(server);
    if (container === null) throw new Error(`server ${server} has no machine`);
    return takeSnapshot(this.#placement, container, snapshot);
  }

  async removeSnapshot(snapshot: number) {
    await removeSnapshot(this.#placement, snapshot);
  }

  async removeVolume(volume: number) {
    const { cloud, volumeStore, image } = this.#placement;
    const label = ["--label", `onebox.cloud=${cloud}`];
    const mount = ["--network", "none", "--volume", `${volumeStore}:/volumes`];
    // A device, with what is noted about it, or a folder.
    const files = ["", ".img", ".img.grow"].map((ending) => `/volumes/${volume}${ending}`);
    await docker(["run", "--rm", ...label, ...mount, image, "rm", "-rf", ...files]);
  }

  removeNetwork(network: number) {
    return this.#networks.remove(network);
  }

  endpoint(server: number, network: number | null) {
    const key = `${server} ${network ?? "public"}`;
    const known = this.#endpoints.get(key) ?? this.#lookUp(server, network);
    this.#endpoints.set(key, known);
    // A machine that is off has no address yet: ask again next time.
    const forget = () => this.#endpoints.delete(key);
    known.then((address) => address ?? forget(), forget);
    return known;
  }

  async console(server: number) {
    const container = await this.#active(server);
    if (container === null) return "";
    return docker(["logs", "--since", await startedAt(container), container]);
  }

  async usage(server: number) {
    const container = await this.#active(server);
    return container === null ? null : readUsage(container, await startedAt(container));
  }

  inspect() {
    return machineStates(this.#placement.cloud);
  }

  watch(listener: ExitListener, onReconnect: () => void) {
    const died = (server: number, exit: number) =>
      listener(server, exit === REBOOT ? "reboot" : "off");
    this.#events = new MachineEvents(this.#placement.cloud, died, onReconnect);
  }

  async close() {
    this.#events?.close();
  }

  async #lookUp(server: number, network: number | null): Promise<string | null> {
    const container = await this.#active(server);
    if (container === null) return null;
    if (network !== null) return this.#networks.address(container, network);
    const name = JSON.stringify(this.#placement.network);
    const format = `{{with index .NetworkSettings.Networks ${name}}}{{.IPAddress}}{{end}}`;
    return (await docker(["inspect", "--format", format, container])) || null;
  }

  #forget(server: number): void {
    for (const key of this.#endpoints.keys()) {
      if (key.startsWith(`${server} `)) this.#endpoints.delete(key);
    }
  }

  /** Connects a container with its networks, and writes into it what the spec says. */
  async #bringInLine(container: string, spec: MachineSpec): Promise<void> {
    await this.#networks.connect(container, spec);
    const files = [...stateFiles(spec, this.#settings), await this.#networks.file(spec)];
    await docker(["cp", "-", `${container}:/`], tar(files));
  }

  readonly #active = (server: number) => activeContainer(this.#placement.cloud, server);
  readonly #find = async (server: number) =>
    (await containersOf(this.#placement.cloud, server)).own;

  /** Removes a server's containers with their disks. */
  async #discard(server: number) {
    const { own, rescue } = await containersOf(this.#placement.cloud, server);
    const ids = [own, rescue].filter((id) => id !== null);
    if (ids.length > 0) await docker(["rm", "--force", "--volumes", ...ids]);
  }

  /** A fresh system in the server's place, with the server's disk at /mnt. */
  async #createRescue(spec: MachineSpec, own: string): Promise<string> {
    const disk = ["--volume", "/var/lib/docker", "--volume", "/var/lib/containerd"];
    const mounts = [...disk, ...(await diskMounts(own))];
    const id = await docker(createArguments(spec, this.#placement, mounts, LABEL.rescue));
    await docker(["cp", "-", `${id}:/`], tar(rescueFiles(spec, this.#settings)));
    return id;
  }

  /** Docker cannot change a container's addresses: a new container takes over the old one's disks. */
  async #move(spec: MachineSpec, old: string): Promise<string> {
    const image = diskImage(this.#placement.cloud, spec.id);
    await docker(["commit", old, image]);
    await docker(["rename", old, `${containerName(this.#placement.cloud, spec.label)}-old`]);
    const placement = { ...this.#placement, image };
    const moved = await docker(createArguments(spec, placement, ["--volumes-from", old]));
    await docker(["rm", old]); // without its volumes: the new container has them
    return moved;
  }
}

const startedAt = (container: string) =>
  docker(["inspect", "--format", "{{.State.StartedAt}}", container]);

/** The computer's resolvers that a container can reach. */
function resolvers(): string[] {
  for (const path of ["/run/systemd/resolve/resolv.conf", "/etc/resolv.conf"]) {
    try {
      const found = [...readFileSync(path, "utf8").matchAll(/^nameserver\s+(\S+)/gm)];
      const usable = found.map((m) => m[1] ?? "").filter((ip) => !/^127\.|^::1$|%/.test(ip));
      if (usable.length > 0) return usable;
    } catch {
      // this system has no such file
    }
  }
  return [];
}
