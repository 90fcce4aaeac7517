import { join } from "node:path";

/** The longest path that a socket can have, but for the zero at its end. */
const LONGEST_SOCKET = 107;

/** Where a cloud's machines and volumes are kept, below its data. */
export class Directory {
  readonly root: string;

  constructor(data: string) {
    this.root = join(data, "vms");
  }

  /** Sees that machines can have their sockets there. A cloud without any may lie deeper. @throws Error */
  check(): void {
    if (Buffer.byteLength(this.machine(1_000_000_000).monitor) > LONGEST_SOCKET) {
      throw new Error("the path of --data is too long for the virtual machines' sockets");
    }
  }

  readonly machines = () => join(this.root, "machines");
  readonly volumes = () => join(this.root, "volumes");
  readonly snapshots = () => join(this.root, "snapshots");
  readonly system = (version: string) => join(this.root, "system", version);
  readonly volume = (id: number) => join(this.volumes(), `${id}.raw`);
  readonly snapshot = (id: number) => join(this.snapshots(), `${id}.qcow2`);

  /** The files of one machine. */
  readonly machine = (server: number): MachineFiles => {
    const directory = join(this.machines(), String(server));
    const file = (name: string) => join(directory, name);
    return {
      directory,
      disk: file("disk.qcow2"),
      rescueDisk: file("rescue.qcow2"),
      first: file("first.json"),
      seed: file("seed.tar"),
      console: file("console.log"),
      monitor: file("monitor"),
      agent: file("agent"),
      pid: file("pid"),
      power: file("power"),
    };
  };
}

export interface MachineFiles {
  directory: string;
  disk: string;
  /** Only while the server is in its rescue system. */
  rescueDisk: string;
  /** What is written into a new machine before its first boot. */
  first: string;
  /** The archive that the guest reads at each boot: a disk of its own. */
  seed: string;
  console: string;
  monitor: string;
  agent: string;
  pid: string;
  /** "on" or "off": what the machine's owner wants. */
  power: string;
}
