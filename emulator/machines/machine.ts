import type { FirewallRule } from "../store/records.ts";

/** Who may log in to a machine as root. */
export interface Login {
  publicKeys: string[];
  /** Only known while the login is made; null where there are keys instead. */
  rootPassword: string | null;
}

/** What a driver must know to make a server's machine or to bring it in line with the store. */
export interface MachineSpec {
  id: number;
  name: string;
  /** Names the machine among those of all projects. */
  label: string;
  architecture: "x86" | "arm";
  /** A server can be made to never answer, or to boot without SSH. */
  boot: "normal" | "never" | "without_ssh";
  cores: number;
  memoryGib: number;
  /** The size of its own disk. */
  diskGib: number;
  /** The server's public IPv4 address; null when it has none. */
  address: string | null;
  userData: string | null;
  publicKeys: string[];
  /** Only known while the server is made; never stored. */
  rootPassword: string | null;
  volumes: MachineVolume[];
  /** The snapshot or backup that its disk is made of; null for a fresh system. */
  snapshot: number | null;
  /** The rules of all firewalls applied to it; null where none is, and everything passes. */
  firewall: readonly FirewallRule[] | null;
  /** What the metadata service answers inside the machine: text by path. */
  metadata: Record<string, string>;
  /** Set when the next start is to lead into the rescue system. */
  rescue: Login | null;
  networks: MachineNetwork[];
}

/** A volume that is attached to a machine. */
export interface MachineVolume {
  id: number;
  /** Whether the machine mounts it by itself. */
  automount: boolean;
  /** In GB as Hetzner counts them, which are GiB. */
  size: number;
  /** The file system that it is made with; null: none. */
  format: string | null;
}

/** A machine's interface in a private network. */
export interface MachineNetwork {
  id: number;
  /** The machine's own address. */
  ip: string;
  mac: string;
  /** All of the network, in CIDR notation. */
  range: string;
  routes: { destination: string; gateway: string }[];
}

/** What a machine has used since it was switched on. */
export interface Usage {
  /** Seconds since then. */
  seconds: number;
  cpuSeconds: number;
  disk: { readBytes: number; writtenBytes: number; reads: number; writes: number };
  network: { inBytes: number; outBytes: number; inPackets: number; outPackets: number };
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
  readonly architectures: readonly MachineSpec["architecture"][];
  /** Makes what all machines share; called once, before any other call. */
  prepare(): Promise<void>;
  /** This computer's address on the servers' network; null without one. */
  gateway(): Promise<string | null>;
  /** True if nothing else on this computer answers at this address. */
  isFree(address: string): Promise<boolean>;
  create(spec: MachineSpec): Promise<unknown>;
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
  /** Removes the machine with its disk and makes it anew from the spec's image; it is off then. */
  rebuild(spec: MachineSpec): Promise<void>;
  /**
   * Brings volumes, firewall, networks and metadata of an existing machine in line with the spec, at
   * once when it runs.
   */
  apply(spec: MachineSpec): Promise<void>;
  /** Gives root a password by which SSH lets it in, unless the owner's own settings forbid that. */
  setPassword(server: number, password: string): Promise<void>;
  /** Copies the machine's disk; returns the size of the copy in bytes. */
  takeSnapshot(server: number, snapshot: number): Promise<number>;
  removeSnapshot(snapshot: number): Promise<void>;
  /** What the machine has written to its console since it was switched on. */
  console(server: number): Promise<string>;
  /** Null when the machine is off. */
  usage(server: number): Promise<Usage | null>;
  removeVolume(volume: number): Promise<void>;
  removeNetwork(network: number): Promise<void>;
  /**
   * Where this computer reaches a server's ports: at its public interface, or at the one in a private
   * network. Null when only the server's public address is known.
   */
  endpoint(server: number, network: number | null): Promise<string | null>;
  /** The machines that exist. "interrupted": stopped by the computer, not by its owner. */
  inspect(): Promise<Map<number, MachineState>>;
  /** `onReconnect` is called when exits may have been missed: time to `inspect`. */
  watch(listener: ExitListener, onReconnect: () => void): void;
  close(): Promise<void>;
}
