import type { Cloud } from "./cloud.ts";
import { resume, startOn } from "./work.ts";

/** Brings store and machines together after a start, and keeps them so. */
export async function reconcile(cloud: Cloud, report: (line: string) => void): Promise<void> {
  const machines = await cloud.machines.inspect();
  for (const server of cloud.store.tables.servers.values()) {
    if (cloud.actions.locks("server", server.id)) continue; // its action will see to it
    const machine = machines.get(server.id);
    if (machine === "interrupted" && server.status !== "off") {
      // The computer or its Docker engine went down under a running server.
      startOn(cloud, "start_server", server);
    } else {
      server.status = machine === "running" ? "running" : "off";
    }
  }
  for (const id of machines.keys()) {
    if (!cloud.store.tables.servers.has(id)) report(`the machine of server ${id} has no owner`);
  }
  await cloud.store.commit();
}

/** Reconciles, goes on with interrupted actions, and follows what machines do by themselves. */
export async function begin(cloud: Cloud, report: (line: string) => void): Promise<void> {
  resume(cloud);
  await reconcile(cloud, report);
  const failed = (cause: unknown) => report(`reconciling failed: ${String(cause)}`);
  cloud.machines.watch(
    (id, how) => void exited(cloud, id, how).catch(failed),
    () => void reconcile(cloud, report).catch(failed),
  );
}

/** A machine has stopped: unless an action did it, the store follows. */
async function exited(cloud: Cloud, id: number, how: "reboot" | "off"): Promise<void> {
  await cloud.actions.settled(id);
  const machine = (await cloud.machines.inspect()).get(id);
  const server = cloud.store.tables.servers.get(id);
  if (server === undefined || machine === "running" || server.status !== "running") return;
  if (how === "reboot") startOn(cloud, "start_server", server);
  else server.status = "off";
  await cloud.store.commit();
}
