import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { docker } from "./cli.ts";
import { PORTS } from "./run-arguments.ts";

/** True if something answers at this loopback address; no answer in time counts as something. */
export const answers = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1000 });
    const settle = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.on("connect", () => settle(true));
    socket.on("timeout", () => settle(true));
    socket.on("error", () => settle(false));
  });

/** The port that keeps a server from having this address, if any. */
export async function portTaken(address: string): Promise<number | undefined> {
  const taken = await Promise.all(PORTS.map((port) => answers(address, port)));
  return PORTS.find((_, index) => taken[index]);
}

/** Third numbers of the 127.77.x.0/24 networks at which something listens: virtual machines of another cloud. */
export const subnetsListenedOn = (table = readFileSync("/proc/net/tcp", "utf8")): Set<number> =>
  // Addresses are hexadecimal there, the last number first; 0A is the state of a socket that listens.
  new Set(
    [...table.matchAll(/ [0-9A-F]{2}([0-9A-F]{2})4D7F:[0-9A-F]{4} \S+ 0A /g)].map((m) =>
      Number.parseInt(m[1] ?? "", 16),
    ),
  );

/** Third numbers of the 127.77.x.0/24 networks that containers, running or not, are published on. */
export async function subnetsInUse(): Promise<Set<number>> {
  const ids = (await docker(["ps", "--all", "--quiet"])).split("\n").filter(Boolean);
  if (ids.length === 0) return new Set();
  const format = "{{json .HostConfig.PortBindings}}";
  // A container may vanish between the two calls; then the answer names the others only.
  const bindings = await docker(["inspect", "--format", format, ...ids]).catch(() => "");
  return new Set([...bindings.matchAll(/"127\.77\.(\d+)\.\d+"/g)].map((m) => Number(m[1])));
}
