import type { Cloud } from "./cloud.ts";
import type { MachineState } from "./machines/machine.ts";
import { resume, startOn } from "./work/work.ts";

/** Brings a project's store and machines together after a start, and keeps them so. */
async function align(cloud: Cloud, machines: Map<number, MachineState>): Promise<void> {
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
  await cloud.store.commit();
}

/** Aligns all projects, which share their machines, and names the machines of none. */
export async function reconcile(clouds: Cloud[], report: (line: string) => void): Promise<void> {
  const machines = (await clouds[0]?.machines.inspect()) ?? new Map();
  for (const cloud of clouds) await align(cloud, machines);
  for (const id of machines.keys()) {
    const owned = clouds.some((cloud) => cloud.store.tables.servers.has(id));
    if (!owned) report(`the machine of server ${id} has no owner`);
  }
}

/** Reconciles, goes on with interrupted actions, and follows what machines do by themselves. */
export async function begin(clouds: () => Cloud[], report: (line: string) => void) {
  // Before actions of load balancers are gone on with: those change what is open then.
  for (const cloud of clouds()) await cloud.balancers.start(report);
  for (const cloud of clouds()) await cloud.floatingRoutes.start(report);
  for (const cloud of clouds()) resume(cloud);
  await reconcile(clouds(), report);
  const failed = (cause: unknown) => report(`reconciling failed: ${String(cause)}`);
  clouds()[0]?.machines.watch(
    (id, how) => {
      const cloud = clouds().find(({ store }) => store.tables.servers.has(id));
      if (cloud !== undefined) void exited(cloud, id, how).catch(failed);
    },
    () => void reconcile(clouds(), report).catch(failed),
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
