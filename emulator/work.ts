import { known, serverTypes } from "./catalogue/catalogue.ts";
import type { Cloud } from "./cloud.ts";
import type { MachineSpec } from "./machines/machine.ts";
import { ipOf } from "./resources/primary-ips.ts";
import type { Action, Server } from "./store/records.ts";
import { FIRST_PROJECT } from "./store/store.ts";

/** Servers of different projects may have the same name; what they run in may not. */
export const machineLabel = ({ store: { project } }: Cloud, { name }: Server) =>
  project === FIRST_PROJECT ? name : `${project}.${name}`;

/** What the machine of a server should be, by the store as it is now. */
export function machineSpec(
  cloud: Cloud,
  server: Server,
  rootPassword: string | null = null,
): MachineSpec {
  const type = known(serverTypes, server.server_type);
  const attached = [...cloud.store.tables.volumes.values()].filter((v) => v.server === server.id);
  return {
    id: server.id,
    name: server.name,
    label: machineLabel(cloud, server),
    boot: "normal",
    cores: type.cores,
    memoryGib: type.memory,
    address: ipOf(cloud, server.id, "ipv4")?.ip ?? null,
    userData: server.user_data,
    publicKeys: server.public_keys,
    rootPassword,
    volumes: attached.map(({ id, automount }) => ({ id, automount })),
  };
}

/** The same when it is about to boot: that may go wrong if someone wants it to. */
const bootSpec = (cloud: Cloud, server: Server): MachineSpec => ({
  ...machineSpec(cloud, server),
  boot: cloud.faults.ofBoot(cloud.store.project, server),
});

/** Starts the machine; the status says what came of it. */
export async function switchOn(cloud: Cloud, server: Server): Promise<void> {
  server.status = "starting";
  try {
    await cloud.machines.start(bootSpec(cloud, server));
    server.status = "running";
  } catch (cause) {
    server.status = "off";
    throw cause;
  }
}

async function create(cloud: Cloud, server: Server, rootPassword: string | null): Promise<void> {
  server.status = "initializing";
  try {
    await cloud.machines.create(machineSpec(cloud, server, rootPassword));
  } catch (cause) {
    server.status = "off";
    throw cause;
  }
  server.status = "off";
}

async function restart(cloud: Cloud, server: Server): Promise<void> {
  await cloud.machines.reboot(bootSpec(cloud, server));
  server.status = "running";
}

async function remove(cloud: Cloud, server: Server): Promise<void> {
  await cloud.machines.remove(server.id);
  const { servers, volumes, primary_ips, firewalls } = cloud.store.tables;
  for (const volume of volumes.values()) {
    if (volume.server === server.id) volume.server = null;
  }
  for (const ip of primary_ips.values()) {
    if (ip.assignee_id !== server.id) continue;
    if (ip.auto_delete) primary_ips.delete(ip.id);
    else ip.assignee_id = null;
  }
  for (const firewall of firewalls.values()) {
    firewall.applied_to = firewall.applied_to.filter(
      (t) => t.type !== "server" || t.server.id !== server.id,
    );
  }
  servers.delete(server.id);
}

type ServerWork = (cloud: Cloud, server: Server, rootPassword: string | null) => Promise<void>;

/**
 * What each action on a server does to its machine. Every one can be done again after it was
 * interrupted: that is how the emulator goes on after a crash.
 */
const WORK: Record<string, ServerWork> = {
  create_server: create,
  start_server: switchOn,
  stop_server: async (cloud, server) => {
    await cloud.machines.stop(server.id);
    server.status = "off";
  },
  shutdown_server: (cloud, server) => cloud.machines.shutdown(server.id),
  reboot_server: restart,
  reset_server: async (cloud, server) => {
    await cloud.machines.stop(server.id);
    await switchOn(cloud, server);
  },
  change_server_type: switchOn,
  delete_server: remove,
  attach_volume: (cloud, server) => cloud.machines.applyVolumes(machineSpec(cloud, server)),
  detach_volume: (cloud, server) => cloud.machines.applyVolumes(machineSpec(cloud, server)),
};

/** Starts an action that a server's machine takes part in. */
export function startOn(
  cloud: Cloud,
  command: string,
  server: Server,
  rootPassword: string | null = null,
  others: Action["resources"] = [],
): Action {
  const work = WORK[command];
  if (work === undefined) throw new Error(`no work is known for ${command}`);
  const targets = [{ id: server.id, type: "server" }, ...others];
  return cloud.actions.start(
    command,
    server.id,
    targets,
    () => work(cloud, server, rootPassword),
    () => settleStatus(cloud, server),
  );
}

/** After an action that failed the status is again what the machine shows. */
async function settleStatus(cloud: Cloud, server: Server): Promise<void> {
  const state = (await cloud.machines.inspect()).get(server.id);
  server.status = state === "running" ? "running" : "off";
}

/** Goes on with the actions that were running when the emulator stopped. */
export function resume(cloud: Cloud): void {
  for (const action of cloud.actions.running()) {
    const target = action.resources.find((r) => r.type === "server");
    const server = cloud.store.tables.servers.get(target?.id ?? 0);
    const work = WORK[action.command];
    cloud.actions.resume(action, target?.id ?? 0, async () => {
      if (server !== undefined && work !== undefined) await work(cloud, server, null);
    });
  }
}
