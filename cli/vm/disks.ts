import type { Disk } from "./answers.ts";

/** Megabytes: with less, databases and releases fail. */
const FULL = 128;
/** Megabytes, and a share: with less of both, somebody should do something. */
const LOW = 2048;
const SHARE = 0.1;

/** What is wrong with a disk. */
export interface DiskTrouble {
  name: Disk["name"];
  /** full: nothing more can be written. */
  level: "low" | "full";
  /** For people, with what helps. */
  line: string;
}

/** The disks that are full, or nearly. */
export function troubledDisks(disks: Disk[]): DiskTrouble[] {
  return disks.flatMap(({ name, size, free }) => {
    const low = free < LOW && free < SHARE * size;
    if (free >= FULL && !low) return [];
    const level = free < FULL ? "full" : "low";
    return [
      { name, level, line: `${what[name]} has ${free} MB of ${size} MB left: ${help[name]}` },
    ];
  });
}

const what = { data: "the data volume", system: "the server's own disk" };
const help = {
  data:
    "raise server.volumeSize and deploy, which grows it while it is used, or see what takes it: " +
    "scripts/ssh.sh du -xhd3 /mnt/onebox/",
  system:
    "see what takes it: scripts/ssh.sh docker system df; what no container uses goes with: " +
    "scripts/ssh.sh docker image prune --all --force",
};
