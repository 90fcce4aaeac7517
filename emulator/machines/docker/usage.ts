import { request } from "node:http";
import type { Usage } from "../machine.ts";

/** As much of the engine's answer as is read here. */
interface Stats {
  read: string;
  cpu_stats: { cpu_usage: { total_usage: number } };
  blkio_stats: Record<string, { op: string; value: number }[] | null>;
  networks?: Record<string, Record<string, number>>;
}

const socketPath = () => (process.env.DOCKER_HOST ?? "").replace(/^unix:\/\//, "");

/** What a running container has used so far, from the engine itself: the client would wait a second. */
export async function readUsage(container: string, startedAt: string): Promise<Usage | null> {
  const stats = await ask(`/containers/${container}/stats?stream=false&one-shot=true`);
  if (!stats?.networks) return null; // it is off
  const block = (name: string, op: string) =>
    (stats.blkio_stats[name] ?? [])
      .filter((entry) => entry.op.toLowerCase() === op)
      .reduce((sum, entry) => sum + entry.value, 0);
  const network = (name: string) =>
    Object.values(stats.networks ?? {}).reduce((sum, card) => sum + (card[name] ?? 0), 0);
  return {
    seconds: (Date.parse(stats.read) - Date.parse(startedAt)) / 1000,
    cpuSeconds: stats.cpu_stats.cpu_usage.total_usage / 1e9,
    disk: {
      readBytes: block("io_service_bytes_recursive", "read"),
      writtenBytes: block("io_service_bytes_recursive", "write"),
      reads: block("io_serviced_recursive", "read"),
      writes: block("io_serviced_recursive", "write"),
    },
    network: {
      inBytes: network("rx_bytes"),
      outBytes: network("tx_bytes"),
      inPackets: network("rx_packets"),
      outPackets: network("tx_packets"),
    },
  };
}

const ask = (path: string): Promise<Stats | null> =>
  new Promise((resolve, reject) => {
    const engine = { socketPath: socketPath() || "/var/run/docker.sock", path };
    request(engine, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => {
        const text = Buffer.concat(parts).toString();
        resolve(answer.statusCode === 200 ? (JSON.parse(text) as Stats) : null);
      });
    })
      .on("error", reject)
      .end();
  });
