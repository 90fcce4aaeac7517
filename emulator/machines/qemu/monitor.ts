import { setTimeout as pause } from "node:timers/promises";
import { JsonSocket } from "./json-socket.ts";

/** A connection to QEMU's monitor of one machine; null when the machine does not run. It takes one at a time. */
export async function openMonitor(path: string): Promise<JsonSocket | null> {
  const socket = await JsonSocket.open(path).catch(() => null);
  await socket?.call("qmp_capabilities");
  return socket;
}

/** "shutdown": the guest has switched itself off. */
export const runState = async (monitor: JsonSocket): Promise<string> =>
  ((await monitor.call("query-status")) as { status: string }).status;

/** Ends QEMU, and so the machine. */
export async function pullPlug(monitor: JsonSocket): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    monitor.once("close", resolve);
  });
  await monitor.call("quit").catch(() => {}); // it may end before it answers
  await Promise.race([ended, pause(30_000, null, { ref: false })]);
}

/** Presses the power button; true when the guest has switched itself off in time. */
export async function pressPower(monitor: JsonSocket, seconds: number): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  await monitor.call("system_powerdown");
  while (Date.now() < end) {
    const state = await runState(monitor).catch(() => "shutdown");
    if (state === "shutdown") return true;
    await pause(250);
  }
  return false;
}

/** QEMU's own list of what is plugged in, by the names that we gave. */
export async function plugged(monitor: JsonSocket): Promise<string[]> {
  const children = async (path: string) =>
    ((await monitor.call("qom-list", { path })) as { name: string }[]).map(({ name }) => name);
  return children("/machine/peripheral");
}

/** Unplugs a device, waits until the guest has let go of it, and has `release` remove what was behind it. */
export async function unplug(
  monitor: JsonSocket,
  id: string,
  release: () => Promise<unknown>,
  seconds = 120,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  await monitor.call("device_del", { id });
  while ((await plugged(monitor)).includes(id)) {
    if (Date.now() > end) throw new Error(`the server does not let go of ${id}`);
    await pause(250);
  }
  for (;;) {
    try {
      await release();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(250); // QEMU finishes a device a moment after it has left the list
    }
  }
}
