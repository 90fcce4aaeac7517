import type { Cloud } from "../../cloud.ts";
import { ApiError } from "../../errors.ts";
import { matcher } from "../../http/label-selector.ts";
import type { Firewall, FirewallTarget, Server } from "../../store/records.ts";

const MOST_PER_SERVER = 5;

export const same = (a: FirewallTarget, b: FirewallTarget) =>
  JSON.stringify(a) === JSON.stringify(b);

const reaches = (target: FirewallTarget, server: Server): boolean =>
  target.type === "server"
    ? target.server.id === server.id
    : matcher(target.label_selector.selector)?.(server.labels) === true;

/** True if the firewall is applied to the server, by its id or by a label selector. */
export const covers = (firewall: Firewall, server: Server): boolean =>
  firewall.applied_to.some((target) => reaches(target, server));

/** The firewalls that are applied to a server. */
export const firewallsOf = ({ store }: Cloud, server: Server): Firewall[] =>
  [...store.tables.firewalls.values()].filter((firewall) => covers(firewall, server));

/** Refuses more firewalls than a server can have. */
export function assertFirewallCount(count: number): void {
  if (count <= MOST_PER_SERVER) return;
  const details = { limits: [{ name: "firewalls_per_server" }] };
  const message = `a server has at most ${MOST_PER_SERVER} firewalls`;
  throw new ApiError(403, "resource_limit_exceeded", message, details);
}

/** The servers that a target of a firewall stands for now. */
export const reached = ({ store }: Cloud, target: FirewallTarget): Server[] =>
  [...store.tables.servers.values()].filter((server) => reaches(target, server));
