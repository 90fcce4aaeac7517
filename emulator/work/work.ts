import type { Cloud } from "../cloud.ts";
import type { Action, Certificate, Network, Server } from "../store/records.ts";
import { giveUp, issue } from "./certificate-work.ts";
import { giveUpImage } from "./image-work.ts";
import { machineSpec } from "./machine-spec.ts";
import { WORK } from "./server-work.ts";

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

/** Starts an action that changes which server a floating IP leads to. */
export function startOnFloatingIp(
  cloud: Cloud,
  command: string,
  id: number,
  others: Action["resources"] = [],
): Action {
  const targets = [{ id, type: "floating_ip" }, ...others];
  return cloud.actions.start(command, id, targets, () => cloud.floatingRoutes.apply(id));
}

/** Starts an action that gets a managed certificate. */
export function startIssuing(cloud: Cloud, command: string, certificate: Certificate): Action {
  certificate.error = null;
  return cloud.actions.start(
    command,
    certificate.id,
    [{ id: certificate.id, type: "certificate" }],
    () => issue(cloud, certificate),
    (failure) => giveUp(certificate, failure),
  );
}

/** Goes on with the actions that were running when the emulator stopped. */
export function resume(cloud: Cloud): void {
  for (const action of cloud.actions.running()) {
    const target = action.resources.find((r) => r.type === "server");
    const server = cloud.store.tables.servers.get(target?.id ?? 0);
    const work = WORK[action.command];
    const network = action.resources.find((r) => r.type === "network");
    const balancer = action.resources.find((r) => r.type === "load_balancer");
    const certificate = cloud.store.tables.certificates.get(
      action.resources.find((r) => r.type === "certificate")?.id ?? 0,
    );
    if (certificate !== undefined) {
      cloud.actions.resume(
        action,
        certificate.id,
        () => issue(cloud, certificate),
        (failure) => giveUp(certificate, failure),
      );
      continue;
    }
    const floating = action.resources.find((r) => r.type === "floating_ip");
    const queue = floating?.id ?? target?.id ?? balancer?.id ?? network?.id ?? 0;
    cloud.actions.resume(action, queue, async () => {
      const job = { rootPassword: null, resources: action.resources };
      if (floating !== undefined) await cloud.floatingRoutes.apply(floating.id);
      else if (server !== undefined && work !== undefined) await work(cloud, server, job);
      else if (balancer !== undefined) await cloud.balancers.apply(balancer.id);
      else if (network !== undefined) await applyToServers(cloud, network.id);
    });
  }
}
