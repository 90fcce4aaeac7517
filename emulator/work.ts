import { known, serverTypes } from "./catalogue/catalogue.ts";
import type { Cloud } from "./cloud.ts";
import { dropBackups, giveUpImage, takeImage } from "./image-work.ts";
import type { MachineSpec } from "./machines/machine.ts";
import { metadataOf } from "./metadata.ts";
import { firewallsOf } from "./resources/firewalls/reach.ts";
import { forgetDeleted } from "./resources/images.ts";
import { ipOf } from "./resources/primary-ips/make.ts";
import { rescueOf } from "./resources/servers/rescue.ts";
import type { Action, Network, Server } from "./store/records.ts";
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
  const { images, volumes, networks } = cloud.store.tables;
  const attached = [...volumes.values()].filter((v) => v.server === server.id);
  const applied = firewallsOf(cloud, server);
  const rescue = rescueOf(cloud, server);
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
    snapshot: images.has(server.image) ? server.image : null,
    firewall: applied.length === 0 ? null : applied.flatMap((firewall) => firewall.rules),
    metadata: metadataOf(cloud, server),
    rescue: rescue && { publicKeys: rescue.public_keys, rootPassword: rescue.root_password },
    networks: server.private_net.flatMap(({ network, ip, mac_address: mac }) => {
      const { ip_range: range, routes } = networks.get(network) ?? { ip_range: "", routes: [] };
      return range === "" ? [] : [{ id: network, ip, mac, range, routes }];
    }),
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
    server.rescue = null; // it leads there once
    server.status = "running";
  } catch (cause) {
    server.status = "off";
    throw cause;
  }
}

async function create(cloud: Cloud, server: Server, { rootPassword }: Job): Promise<void> {
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
  server.rescue = null;
  server.status = "running";
}

async function rebuild(cloud: Cloud, server: Server, { rootPassword }: Job): Promise<void> {
  server.status = "rebuilding";
  try {
    await cloud.machines.rebuild(machineSpec(cloud, server, rootPassword));
  } catch (cause) {
    server.status = "off";
    throw cause;
  }
  forgetDeleted(cloud); // what it was made of before
  await switchOn(cloud, server);
}

async function remove(cloud: Cloud, server: Server): Promise<void> {
  await cloud.machines.remove(server.id);
  await dropBackups(cloud, server);
  const { servers, volumes, primary_ips, firewalls, load_balancers } = cloud.store.tables;
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
  for (const balancer of load_balancers.values()) {
    balancer.targets = balancer.targets.filter(
      (t) => t.type !== "server" || t.server.id !== server.id,
    );
  }
  servers.delete(server.id);
  forgetDeleted(cloud);
}

/** What the work of one action needs to know besides the server. */
interface Job {
  /** Null when a stop of the emulator has come between: it is never stored. */
  rootPassword: string | null;
  resources: Action["resources"];
}
type ServerWork = (cloud: Cloud, server: Server, job: Job) => Promise<void>;

const apply: ServerWork = (cloud, server) => cloud.machines.apply(machineSpec(cloud, server));

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
  rebuild_server: rebuild,
  reset_password: async (cloud, server, { rootPassword }) => {
    if (rootPassword === null) throw new Error("interrupted; the password is not set");
    await cloud.machines.setPassword(server.id, rootPassword);
  },
  create_image: (cloud, server, { resources }) => takeImage(cloud, server, resources),
  disable_backup: dropBackups,
  attach_volume: apply,
  detach_volume: apply,
  apply_firewall: apply,
  remove_firewall: apply,
  attach_to_network: apply,
  detach_from_network: apply,
  change_alias_ips: apply,
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
  const job = { rootPassword, resources: targets };
  return cloud.actions.start(
    command,
    server.id,
    targets,
    () => work(cloud, server, job),
    () => settleStatus(cloud, server, targets),
  );
}

/** After an action that failed the status is again what the machine shows. */
async function settleStatus(
  cloud: Cloud,
  server: Server,
  resources: Action["resources"],
): Promise<void> {
  giveUpImage(cloud, resources);
  const state = (await cloud.machines.inspect()).get(server.id);
  server.status = state === "running" ? "running" : "off";
}

/** Brings what a network's servers know of it up to date: its range and its routes. */
async function applyToServers(cloud: Cloud, network: number): Promise<void> {
  for (const server of [...cloud.store.tables.servers.values()]) {
    if (!server.private_net.some((n) => n.network === network)) continue;
    await cloud.machines.apply(machineSpec(cloud, server));
  }
}

/** Starts an action on a network that its servers' machines take part in. */
export function startOnNetwork(cloud: Cloud, command: string, network: Network): Action {
  const target = { id: network.id, type: "network" };
  return cloud.actions.start(command, network.id, [target], () =>
    applyToServers(cloud, network.id),
  );
}

/** Starts an action that changes where a load balancer listens or leads. */
export function startOnBalancer(
  cloud: Cloud,
  command: string,
  id: number,
  others: Action["resources"] = [],
): Action {
  const targets = [{ id, type: "load_balancer" }, ...others];
  return cloud.actions.start(command, id, targets, () => cloud.balancers.apply(id));
}

/** Goes on with the actions that were running when the emulator stopped. */
export function resume(cloud: Cloud): void {
  for (const action of cloud.actions.running()) {
    const target = action.resources.find((r) => r.type === "server");
    const server = cloud.store.tables.servers.get(target?.id ?? 0);
    const work = WORK[action.command];
    const network = action.resources.find((r) => r.type === "network");
    const balancer = action.resources.find((r) => r.type === "load_balancer");
    cloud.actions.resume(action, target?.id ?? balancer?.id ?? network?.id ?? 0, async () => {
      const job = { rootPassword: null, resources: action.resources };
      if (server !== undefined && work !== undefined) await work(cloud, server, job);
      else if (balancer !== undefined) await cloud.balancers.apply(balancer.id);
      else if (network !== undefined) await applyToServers(cloud, network.id);
    });
  }
}
