import { readFile } from "node:fs/promises";
import type { Usage } from "../machine.ts";
import type { JsonSocket } from "./json-socket.ts";

interface BlockStats {
  stats: { rd_bytes: number; wr_bytes: number; rd_operations: number; wr_operations: number };
}

/** In which Linux counts a process's time, on every architecture that it has. */
const TICKS_PER_SECOND = 100;

/** What a running machine has used so far. What went over its network QEMU does not count. */
export async function readUsage(monitor: JsonSocket, pidFile: string): Promise<Usage | null> {
  const pid = (await readFile(pidFile, "utf8")).trim();
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (line === null) return null;
  // After the name, which may hold anything: the 12th and 13th are the time, the 20th is the start.
  const fields = line
    .slice(line.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const up = Number((await readFile("/proc/uptime", "utf8")).split(" ")[0]);
  const blocks = (await monitor.call("query-blockstats")) as BlockStats[];
  const sum = (key: keyof BlockStats["stats"]) =>
    blocks.reduce((total, { stats }) => total + stats[key], 0);
  return {
    seconds: up - (fields[19] ?? 0) / TICKS_PER_SECOND,
    cpuSeconds: ((fields[11] ?? 0) + (fields[12] ?? 0)) / TICKS_PER_SECOND,
    disk: {
      readBytes: sum("rd_bytes"),
      writtenBytes: sum("wr_bytes"),
      reads: sum("rd_operations"),
      writes: sum("wr_operations"),
    },
    network: { inBytes: 0, outBytes: 0, inPackets: 0, outPackets: 0 },
  };
}
