import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { portTaken } from "../docker/addresses.ts";
import { ensureOwnNetwork } from "../docker/own-network.ts";
import type { ExitListener, MachineSpec, MachineState, Machines, Usage } from "../machine.ts";
import type { Accelerator } from "./accelerator.ts";
import { runInGuest } from "./agent.ts";
import { GATEWAY, type Placement, qemuArguments, REGISTRY, RESOLVER } from "./arguments.ts";
import { copyDisk, ensureVolume, grow, keepSystem, overlay, removeFile } from "./disks.ts";
import { type Architecture, HARDWARE } from "./hardware.ts";
import type { JsonSocket } from "./json-socket.ts";
import { Directory, type MachineFiles } from "./machine-directory.ts";
import { openMonitor, pressPower, pullPlug, runState } from "./monitor.ts";
import { plugIn, unplugRest } from "./plug.ts";
import { run } from "./run.ts";
import { type GuestSettings, keepFirstFiles, writeSeed } from "./seed.ts";
import type { SystemImage } from "./system-image.ts";
import { readUsage } from "./usage.ts";

export interface QemuOptions {
  cloud: string;
  /** Where the cloud keeps its data. */
  data: string;
  /** The servers' system; builds what is not built yet. */
  system: (architecture: Architecture) => Promise<SystemImage>;
  architectures: readonly Architecture[];
  accelerator: Accelerator;
  registry: string | null;
}

/** Seconds in which a guest has to end by itself; translated, it takes its time. */
const PATIENCE = 180;

/** Machines that are QEMU's: processes of this computer which outlive the emulator. */
export class QemuMachines implements Machines {
  readonly architectures: readonly Architecture[];
  readonly #placement: Placement;
  readonly #build: QemuOptions["system"];
  readonly #systems = new Map<Architecture, Promise<SystemImage>>();
  readonly #settings: GuestSettings;
  /** A machine's monitor takes one connection, which is kept. */
  readonly #monitors = new Map<number, JsonSocket>();
  #listener: ExitListener | null = null;

  constructor({ cloud, data, system, architectures, accelerator, registry }: QemuOptions) {
    const directory = new Directory(resolve(data));
    directory.check();
    this.#placement = { cloud, directory, accelerator, registry };
    this.architectures = architectures;
    this.#build = system;
    const settings = { registry, registryContainer: REGISTRY, dns: [RESOLVER], gateway: GATEWAY };
    this.#settings = { ...settings, computer: null };
  }

  async prepare() {
    const { cloud, directory } = this.#placement;
    for (const folder of [directory.machines(), directory.volumes(), directory.snapshots()]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    await this.#system("x86");
    // No guest is on it: it holds an address that programs here can listen at and guests can be led to.
    this.#settings.computer = await ensureOwnNetwork(cloud);
    for (const server of await this.#servers()) await this.#monitor(server);
  }

  async gateway() {
    return this.#settings.computer;
  }

  async isFree(address: string) {
    return (await portTaken(address)) === undefined;
  }

  async create(spec: MachineSpec) {
    await this.remove(spec.id); // left by an attempt that was interrupted
    const files = this.#files(spec.id);
    await mkdir(files.directory, { mode: 0o700 });
    await writeFile(files.power, "off");
    const { directory } = this.#placement;
    const system = await this.#system(spec.architecture);
    if (spec.snapshot === null) await overlay(system, files.disk, spec.diskGib);
    else await copyDisk(directory.snapshot(spec.snapshot), files.disk, spec.diskGib);
    await keepFirstFiles(spec, files, this.#settings);
  }

  async start(spec: MachineSpec) {
    const files = this.#files(spec.id);
    await this.#end(spec.id);
    if (!existsSync(files.first)) await this.create(spec);
    await grow(files.disk, spec.diskGib);
    for (const volume of spec.volumes) await ensureVolume(this.#placement.directory, volume);
    await removeFile(files.rescueDisk);
    const system = await this.#system(spec.architecture);
    if (spec.rescue !== null) await overlay(system, files.rescueDisk, spec.diskGib);
    await writeSeed(spec, files, this.#settings);
    const { program } = HARDWARE[spec.architecture];
    await run(program, qemuArguments(spec, system, this.#placement), 60);
    await writeFile(files.power, "on");
    await this.#monitor(spec.id);
  }

  async stop(server: number) {
    if (existsSync(this.#files(server).power)) await writeFile(this.#files(server).power, "off");
    await this.#end(server);
  }

  async shutdown(server: number) {
    await (await this.#monitor(server))?.call("system_powerdown");
  }

  async reboot(spec: MachineSpec) {
    const monitor = await this.#monitor(spec.id);
    if (monitor !== null) await pressPower(monitor, PATIENCE);
    await this.start(spec);
  }

  async rename() {} // the process has the name that it began with

  async remove(server: number) {
    await this.#end(server);
    await rm(this.#files(server).directory, { recursive: true, force: true });
  }

  async rebuild(spec: MachineSpec) {
    await this.create(spec);
  }

  async apply(spec: MachineSpec) {
    const files = this.#files(spec.id);
    const monitor = await this.#monitor(spec.id);
    if (monitor === null) return; // it is written at the next start
    for (const volume of spec.volumes) await ensureVolume(this.#placement.directory, volume);
    await plugIn(monitor, spec, this.#placement);
    if (existsSync(files.rescueDisk)) return; // a system that knows nothing of the server
    await writeSeed(spec, files, this.#settings);
    await runInGuest(files.agent, "/usr/local/sbin/vm-apply");
    await unplugRest(monitor, spec);
  }

  async setPassword(server: number, password: string) {
    if ((await this.#monitor(server)) === null) throw new Error("the server is off");
    const input = { input: `${password}\n` };
    await runInGuest(this.#files(server).agent, "/usr/local/sbin/host-password", input);
  }

  async takeSnapshot(server: number, snapshot: number) {
    const files = this.#files(server);
    if (!existsSync(files.disk)) throw new Error(`server ${server} has no machine`);
    const copy = this.#placement.directory.snapshot(snapshot);
    const monitor = await this.#monitor(server);
    const runs = monitor !== null && (await runState(monitor)) === "running";
    if (runs) await monitor.call("stop"); // what the guest has written is on the disk then
    try {
      await copyDisk(files.disk, copy);
    } finally {
      if (runs) await monitor.call("cont").catch(() => {}); // it may have been switched off
    }
    return (await stat(copy)).size;
  }

  async removeSnapshot(snapshot: number) {
    await removeFile(this.#placement.directory.snapshot(snapshot));
  }

  async console(server: number) {
    return readFile(this.#files(server).console, "utf8").catch(() => "");
  }

  async usage(server: number): Promise<Usage | null> {
    const monitor = await this.#monitor(server);
    return monitor === null ? null : readUsage(monitor, this.#files(server).pid);
  }

  async removeVolume(volume: number) {
    await removeFile(this.#placement.directory.volume(volume));
  }

  async removeNetwork() {} // a network is only what its members have in common

  /** Whatever is led into a guest comes by its public address. */
  async endpoint() {
    return null;
  }

  async inspect() {
    const states = new Map<number, MachineState>();
    for (const server of await this.#servers()) states.set(server, await this.#state(server));
    return states;
  }

  watch(listener: ExitListener) {
    this.#listener = listener;
  }

  async close() {
    this.#listener = null;
    for (const monitor of this.#monitors.values()) monitor.close();
    this.#monitors.clear();
  }

  /** What servers of an architecture begin with, kept beside their disks; one that could not be built is tried again. */
  #system(architecture: Architecture): Promise<SystemImage> {
    const known = this.#systems.get(architecture);
    if (known !== undefined) return known;
    const { directory } = this.#placement;
    const system = this.#build(architecture).then((built) => keepSystem(directory, built));
    system.catch(() => this.#systems.delete(architecture));
    this.#systems.set(architecture, system);
    return system;
  }

  readonly #files = (server: number): MachineFiles => this.#placement.directory.machine(server);

  async #servers(): Promise<number[]> {
    return (await readdir(this.#placement.directory.machines())).map((name) =>
      Number(basename(name)),
    );
  }

  async #state(server: number): Promise<MachineState> {
    const power = await readFile(this.#files(server).power, "utf8").catch(() => "off");
    const monitor = await this.#monitor(server);
    if (monitor === null) return power === "on" ? "interrupted" : "off";
    if ((await runState(monitor)) !== "shutdown") return "running";
    await this.stop(server);
    return "off";
  }

  /** The connection to a machine's monitor; null when the machine does not run. */
  async #monitor(server: number): Promise<JsonSocket | null> {
    const known = this.#monitors.get(server);
    if (known !== undefined) return known;
    const monitor = await openMonitor(this.#files(server).monitor);
    if (monitor === null) return null;
    this.#monitors.set(server, monitor);
    const ended = () => this.#listener?.(server, "off");
    monitor.on("event", (name) => name === "SHUTDOWN" && ended());
    monitor.once("close", () => {
      if (this.#monitors.get(server) === monitor) this.#monitors.delete(server);
      ended();
    });
    return monitor;
  }

  async #end(server: number): Promise<void> {
    const monitor = await this.#monitor(server);
    if (monitor !== null) await pullPlug(monitor);
  }
}
