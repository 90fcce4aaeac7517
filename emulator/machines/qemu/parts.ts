import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { Directory } from "./machine-directory.ts";
import { openMonitor, pressPower, pullPlug } from "./monitor.ts";

/** Seconds in which a guest has to end by itself when the computer goes down; translated, it takes its time. */
const PATIENCE = 60;

/** Stops a cloud's virtual machines, as a computer does that goes down: the next start brings them back. */
export const stopMachines = (data: string) => endAll(data, PATIENCE);

/** Removes a cloud's virtual machines with disks, volumes and snapshots. */
export async function removeMachines(data: string): Promise<void> {
  await endAll(data, 0);
  await rm(new Directory(data).root, { recursive: true, force: true });
}

async function endAll(data: string, patience: number): Promise<void> {
  const directory = new Directory(data);
  if (!existsSync(directory.machines())) return;
  const servers = (await readdir(directory.machines())).map(Number);
  await Promise.all(
    servers.map(async (server) => {
      const monitor = await openMonitor(directory.machine(server).monitor);
      if (monitor === null) return;
      if (patience > 0) await pressPower(monitor, patience);
      await pullPlug(monitor);
    }),
  );
}
