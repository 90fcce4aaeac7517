import type { MachineState } from "../machine.ts";
import { docker } from "./cli.ts";

/** Exit codes of a systemd container: what its owner asked for. */
export const REBOOT = 129;
const POWER_OFF = 130;
/** Signals that systemd takes as its orders. */
export const SIGNAL_POWER_OFF = "SIGRTMIN+4";
const SIGNAL_REBOOT = "SIGRTMIN+5";
const PATIENCE_SECONDS = 20;

/** Labels of the two containers that a server can have: its own system, and the rescue system. */
export const LABEL = { own: "onebox.server", rescue: "onebox.rescue" } as const;
export type Label = (typeof LABEL)[keyof typeof LABEL];

/** The ids of a server's containers, as far as they exist. */
export async function containersOf(cloud: string, server: number) {
  const format = `{{.ID}}\t{{.Label "${LABEL.own}"}}\t{{.Label "${LABEL.rescue}"}}`;
  const filter = ["--filter", `label=onebox.cloud=${cloud}`];
  const lines = await docker(["ps", "--all", "--no-trunc", ...filter, "--format", format]);
  const rows = lines.split("\n").map((line) => line.split("\t"));
  const own = rows.find((row) => row[1] === String(server))?.[0] ?? null;
  const rescue = rows.find((row) => row[2] === String(server))?.[0] ?? null;
  return { own, rescue };
}

/** The container that stands for the server now: the rescue system's while there is one. */
export async function activeContainer(cloud: string, server: number) {
  const { own, rescue } = await containersOf(cloud, server);
  return rescue ?? own;
}

export const isRunning = async (container: string) =>
  (await docker(["inspect", "--format", "{{.State.Running}}", container])) === "true";

/** Pulls the plug. */
export async function kill(container: string): Promise<void> {
  await docker(["kill", container]).catch(() => {}); // it has stopped by itself
  await docker(["wait", container]);
}

/** Asks the system in the container to reboot, which stops the container; insists when it is late. */
export async function stopForReboot(container: string): Promise<void> {
  await docker(["kill", "--signal", SIGNAL_REBOOT, container]).catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), PATIENCE_SECONDS * 1000);
  });
  const stopped = docker(["wait", container]);
  if ((await Promise.race([stopped, late])) === "late") await kill(container);
  clearTimeout(timer);
}

/** The state of every server of the cloud that has a container. */
export async function machineStates(cloud: string): Promise<Map<number, MachineState>> {
  const states = new Map<number, MachineState>();
  for (const label of [LABEL.own, LABEL.rescue]) {
    const format = `{{.Label "${label}"}}\t{{.State}}\t{{.Status}}`;
    const filters = ["--filter", `label=onebox.cloud=${cloud}`, "--filter", `label=${label}`];
    const lines = await docker(["ps", "--all", ...filters, "--format", format]);
    for (const line of lines.split("\n").filter(Boolean)) {
      const [server, state = "", status = ""] = line.split("\t");
      const exit = Number(/^Exited \((\d+)\)/.exec(status)?.[1] ?? -1);
      const off = exit === POWER_OFF ? "off" : "interrupted";
      // Paused: while a snapshot is taken.
      const on = state === "running" || state === "paused";
      states.set(Number(server), on ? "running" : off);
    }
  }
  return states;
}
