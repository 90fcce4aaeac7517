/** What a driver must know to make a server's machine or to bring it in line with the store. */
export interface MachineSpec {
  id: number;
  name: string;
  /** Names the machine among those of all projects. */
  label: string;
  /** A server can be made to never answer, or to boot without SSH. */
  boot: "normal" | "never" | "without_ssh";
  cores: number;
  memoryGib: number;
  /** The server's public IPv4 address; null when it has none. */
  address: string | null;
  userData: string | null;
  publicKeys: string[];
  /** Only known while the server is made; never stored. */
  rootPassword: string | null;
  volumes: { id: number; automount: boolean }[];
}

export type MachineState = "running" | "off" | "interrupted";

/** Called when a machine has stopped by itself: its owner rebooted it, or switched it off. */
export type ExitListener = (server: number, how: "reboot" | "off") => void;

/**
 * The machines behind the API. The API decides what should be; a driver makes it so. All calls for
 * one server come one after the other.
 */
export interface Machines {
  /** Architectures that this computer can run, as the API names them. */
  readonly architectures: readonly ("x86" | "arm")[];
  /** Makes what all machines share; called once, before any other call. */
  prepare(): Promise<void>;
  /** True if nothing else on this computer answers at this address. */
  isFree(address: string): Promise<boolean>;
  create(spec: MachineSpec): Promise<void>;
  /** Switches on; makes the machine anew if someone removed it. */
  start(spec: MachineSpec): Promise<void>;
  /** Pulls the plug. */
  stop(server: number): Promise<void>;
  /** Presses the power button; the machine stops in its own time. */
  shutdown(server: number): Promise<void>;
  /** Restarts from within, or by force if that takes too long. */
  reboot(spec: MachineSpec): Promise<void>;
  rename(server: number, label: string): Promise<void>;
  remove(server: number): Promise<void>;
  /** Makes attached volumes appear and detached ones vanish; works on machines that are off too. */
  applyVolumes(spec: MachineSpec): Promise<void>;
  removeVolume(volume: number): Promise<void>;
  /** The machines that exist. "interrupted": stopped by the computer, not by its owner. */
  inspect(): Promise<Map<number, MachineState>>;
  /** `onReconnect` is called when exits may have been missed: time to `inspect`. */
  watch(listener: ExitListener, onReconnect: () => void): void;
  close(): Promise<void>;
}
