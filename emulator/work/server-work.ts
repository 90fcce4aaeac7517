import type { Cloud } from "../cloud.ts";
import { invalidInput } from "../errors.ts";
import { forgetDeleted } from "../resources/images.ts";
import type { Action, Server } from "../store/records.ts";
import { dropBackups, takeImage } from "./image-work.ts";
import { bootSpec, machineSpec } from "./machine-spec.ts";

function assertConnected({ store }: Cloud, { id, private_net }: Server): void {
  if (private_net.length > 0 || store.related("primary_ips", "assignee_id", id).length > 0) return;
  const message = "no public or private network interfaces found, cannot start server";
  throw invalidInput(message, []);
}

/** Starts the machine; the status says what came of it. */
export async function switchOn(cloud: Cloud, server: Server): Promise<void> {
  assertConnected(cloud, server);
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
  for (const floating of cloud.store.tables.floating_ips.values()) {
    if (floating.server !== server.id) continue;
    floating.server = null;
    await cloud.floatingRoutes.apply(floating.id);
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
export interface Job {
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
export const WORK: Record<string, ServerWork> = {
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
  add_to_placement_group: switchOn,
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
  resize_volume: apply,
  apply_firewall: apply,
  remove_firewall: apply,
  attach_to_network: apply,
  detach_from_network: apply,
  change_alias_ips: apply,
};
