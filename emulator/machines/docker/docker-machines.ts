import { readFileSync } from "node:fs";
import type { ExitListener, MachineSpec, MachineState, Machines } from "../machine.ts";
import { portTaken } from "./addresses.ts";
import { docker } from "./cli.ts";
import { MachineEvents } from "./events.ts";
import { type HostSettings, hostFiles, sshFile, volumesFile } from "./host-files.ts";
import { containerName, createArguments, type Placement, sizeArguments } from "./run-arguments.ts";
import { tar } from "./tar.ts";

/** Exit codes of a systemd container: what its owner asked for. */
const REBOOT = 129;
const POWER_OFF = 130;
/** Signals that systemd takes as its orders. */
const SIGNAL_POWER_OFF = "SIGRTMIN+4";
const SIGNAL_REBOOT = "SIGRTMIN+5";
const PATIENCE_SECONDS = 20;

export interface DockerOptions {
  cloud: string;
  image: string;
  registry: string | null;
}

/** Machines that are Docker containers which boot systemd. */
export class DockerMachines implements Machines {
  readonly architectures = [process.arch === "arm64" ? "arm" : "x86"] as const;
  readonly #placement: Placement;
  readonly #settings: HostSettings;
  #events: MachineEvents | null = null;

  constructor({ cloud, image, registry }: DockerOptions) {
    const network = `onebox-${cloud}`;
    this.#placement = { cloud, network, volumeStore: `${network}-volumes`, image };
    this.#settings = { registry, registryContainer: `${network}-registry:5000`, dns: resolvers() };
  }

  async prepare() {
    const { cloud, network, volumeStore } = this.#placement;
    const label = ["--label", `onebox.cloud=${cloud}`];
    const exists = docker(["network", "inspect", network]).catch(() => null);
    if ((await exists) === null) await docker(["network", "create", ...label, network]);
    await docker(["volume", "create", ...label, volumeStore]);
  }

  async isFree(address: string) {
    return (await portTaken(address)) === undefined;
  }

  async create(spec: MachineSpec) {
    await this.remove(spec.id); // left by an attempt that was interrupted
    const id = await docker(createArguments(spec, this.#placement));
    await docker(["cp", "-", `${id}:/`], tar(hostFiles(spec, this.#settings)));
  }

  async start(spec: MachineSpec) {
    let container = await this.#find(spec.id);
    if (container === null) {
      await this.create(spec);
      container = await this.#find(spec.id);
    }
    if (container === null) throw new Error(`server ${spec.id} has no machine`);
    const label = '{{index .Config.Labels "onebox.address"}}';
    const address = await docker(["inspect", "--format", label, container]);
    if (address !== (spec.address ?? "")) container = await this.#move(spec, container);
    await docker(["update", ...sizeArguments(spec), container]);
    await docker(["cp", "-", `${container}:/`], tar([volumesFile(spec), sshFile(spec)]));
    if (spec.boot !== "never") await docker(["start", container]);
  }

  async stop(server: number) {
    const container = await this.#find(server);
    if (container !== null) await this.#kill(container);
  }

  async shutdown(server: number) {
    const container = await this.#find(server);
    if (container !== null) await docker(["kill", "--signal", SIGNAL_POWER_OFF, container]);
  }

  async reboot(spec: MachineSpec) {
    const container = await this.#find(spec.id);
    if (container !== null) {
      await docker(["kill", "--signal", SIGNAL_REBOOT, container]).catch(() => {});
      await this.#waitUntilStopped(container);
    }
    await this.start(spec);
  }

  async rename(server: number, label: string) {
    const container = await this.#find(server);
    if (container === null) return;
    await docker(["rename", container, containerName(this.#placement.cloud, label)]);
  }

  async remove(server: number) {
    const container = await this.#find(server);
    if (container !== null) await docker(["rm", "--force", "--volumes", container]);
    await docker(["image", "rm", this.#diskImage(server)]).catch(() => {}); // most have none
  }

  async applyVolumes(spec: MachineSpec) {
    const container = await this.#find(spec.id);
    if (container === null) return;
    await docker(["cp", "-", `${container}:/`], tar([volumesFile(spec)]));
    const state = await docker(["inspect", "--format", "{{.State.Running}}", container]);
    if (state === "true") await docker(["exec", container, "/usr/local/sbin/host-volumes"]);
  }

  async removeVolume(volume: number) {
    const { cloud, volumeStore, image } = this.#placement;
    const label = ["--label", `onebox.cloud=${cloud}`];
    const mount = ["--network", "none", "--volume", `${volumeStore}:/volumes`];
    await docker(["run", "--rm", ...label, ...mount, image, "rm", "-rf", `/volumes/${volume}`]);
  }

  async inspect() {
    const cloud = `label=onebox.cloud=${this.#placement.cloud}`;
    const format = '{{.Label "onebox.server"}}\t{{.State}}\t{{.Status}}';
    const filters = ["--filter", cloud, "--filter", "label=onebox.server"];
    const lines = await docker(["ps", "--all", ...filters, "--format", format]);
    const states = new Map<number, MachineState>();
    for (const line of lines.split("\n").filter(Boolean)) {
      const [server, state, status = ""] = line.split("\t");
      const exit = Number(/^Exited \((\d+)\)/.exec(status)?.[1] ?? -1);
      const off = exit === POWER_OFF ? "off" : "interrupted";
      states.set(Number(server), state === "running" ? "running" : off);
    }
    return states;
  }

  watch(listener: ExitListener, onReconnect: () => void) {
    const died = (server: number, exit: number) =>
      listener(server, exit === REBOOT ? "reboot" : "off");
    this.#events = new MachineEvents(this.#placement.cloud, died, onReconnect);
  }

  async close() {
    this.#events?.close();
  }

  async #find(server: number): Promise<string | null> {
    const { cloud } = this.#placement;
    const labels = [`label=onebox.cloud=${cloud}`, `label=onebox.server=${server}`];
    const filters = labels.flatMap((label) => ["--filter", label]);
    const found = await docker(["ps", "--all", "--quiet", "--no-trunc", ...filters]);
    return found.split("\n")[0] || null;
  }

  async #kill(container: string) {
    await docker(["kill", container]).catch(() => {}); // it has stopped by itself
    await docker(["wait", container]);
  }

  async #waitUntilStopped(container: string) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), PATIENCE_SECONDS * 1000);
    });
    const stopped = docker(["wait", container]);
    if ((await Promise.race([stopped, late])) === "late") await this.#kill(container);
    clearTimeout(timer);
  }

  readonly #diskImage = (server: number) => `onebox/disk:${this.#placement.cloud}-${server}`;

  /** Docker cannot change a container's addresses: a new container takes over the old one's disks. */
  async #move(spec: MachineSpec, old: string): Promise<string> {
    const image = this.#diskImage(spec.id);
    await docker(["commit", old, image]);
    await docker(["rename", old, `${containerName(this.#placement.cloud, spec.label)}-old`]);
    const placement = { ...this.#placement, image };
    const moved = await docker(createArguments(spec, placement, ["--volumes-from", old]));
    await docker(["rm", old]); // without its volumes: the new container has them
    return moved;
  }
}

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
