import type { ExitListener, MachineSpec, MachineState, Machines } from "./machine.ts";

/** No machines at all: every call succeeds at once. For tests, and where Docker does not run. */
export class ApiOnlyMachines implements Machines {
  readonly architectures = ["x86", "arm"] as const;
  readonly #states: Map<number, MachineState>;
  #listener: ExitListener | null = null;

  /** Takes the servers of the store at their word: there is nothing else to look at. */
  constructor(servers: Iterable<{ id: number; status: string }> = []) {
    this.#states = new Map(
      [...servers].map(({ id, status }) => [id, status === "running" ? "running" : "off"]),
    );
  }

  async prepare() {}
  async gateway() {
    return null;
  }
  async isFree() {
    return true;
  }
  async create(spec: MachineSpec) {
    this.#states.set(spec.id, "off");
  }
  async start(spec: MachineSpec) {
    this.#states.set(spec.id, "running");
  }
  async stop(server: number) {
    this.#states.set(server, "off");
  }
  async shutdown(server: number) {
    this.#states.set(server, "off");
    this.#listener?.(server, "off");
  }
  async reboot() {}
  async rename() {}
  async remove(server: number) {
    this.#states.delete(server);
  }
  async rebuild(spec: MachineSpec) {
    this.#states.set(spec.id, "off");
  }
  async apply() {}
  async setPassword() {}
  async takeSnapshot() {
    return 0;
  }
  async removeSnapshot() {}
  async removeVolume() {}
  async removeNetwork() {}
  /** Without machines, whatever listens at the server's public address stands for the server. */
  async endpoint() {
    return null;
  }
  async console() {
    return "";
  }
  async usage() {
    return null;
  }
  async inspect() {
    return this.#states;
  }
  watch(listener: ExitListener) {
    this.#listener = listener;
  }
  async close() {}
}
