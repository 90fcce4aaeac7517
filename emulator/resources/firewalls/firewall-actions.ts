import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { ApiError, parse } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { Action, Firewall, FirewallTarget, Server } from "../../store/records.ts";
import { startOn } from "../../work/work.ts";
import { ipOf } from "../primary-ips/make.ts";
import { rules, stored, target } from "./fields.ts";
import { assertFirewallCount, covers, firewallsOf, reached, same } from "./reach.ts";

export const itself = (firewall: Firewall) => ({ id: firewall.id, type: "firewall" });

/** Throws unless a firewall, or with null a new one, may be applied to all of these. */
export function assertApplicable(
  cloud: Cloud,
  firewall: Firewall | null,
  targets: FirewallTarget[],
): void {
  for (const [index, t] of targets.entries()) {
    if (targets.findIndex((other) => same(other, t)) < index) {
      throw new ApiError(422, "server_already_added", "a resource is named twice");
    }
    if (firewall?.applied_to.some((own) => same(own, t))) {
      throw new ApiError(422, "firewall_already_applied", "firewall is already applied");
    }
    if (t.type !== "server") continue;
    const server = cloud.store.tables.servers.get(t.server.id);
    if (server === undefined) {
      const message = `server with ID '${t.server.id}' not found`;
      throw new ApiError(404, "firewall_resource_not_found", message);
    }
    if (!ipOf(cloud, server.id, "ipv4") && !ipOf(cloud, server.id, "ipv6")) {
      const message = `server ${server.id} has no public network`;
      throw new ApiError(422, "private_net_only_server", message);
    }
    const others = firewallsOf(cloud, server).filter((own) => own !== firewall);
    assertFirewallCount(others.length + 1);
  }
}

/** Applies a firewall, with an action for each server that a target reaches. */
export function apply(cloud: Cloud, firewall: Firewall, targets: FirewallTarget[]): Action[] {
  firewall.applied_to.push(...targets);
  return targets.flatMap((t) => actOn(cloud, "apply_firewall", firewall, t));
}

/** One action per server: the rules are in force when it has ended. */
const act = (cloud: Cloud, command: string, firewall: Firewall, among: Server[]): Action[] =>
  among.map((server) => startOn(cloud, command, server, null, [itself(firewall)]));

/** The same for a target; one that reaches no server now is done at once. */
function actOn(cloud: Cloud, command: string, firewall: Firewall, t: FirewallTarget): Action[] {
  const started = act(cloud, command, firewall, reached(cloud, t));
  return started.length > 0 ? started : [cloud.actions.done(command, itself(firewall))];
}

/** Throws for what the firewall is not applied to by itself. */
function assertApplied({ store }: Cloud, firewall: Firewall, targets: FirewallTarget[]): void {
  const missing = targets.find((t) => !firewall.applied_to.some((own) => same(own, t)));
  if (missing === undefined) return;
  const server =
    missing.type === "server" ? store.tables.servers.get(missing.server.id) : undefined;
  if (server !== undefined && covers(firewall, server)) {
    const message = "the firewall is applied by a label selector";
    throw new ApiError(422, "firewall_managed_by_label_selector", message);
  }
  const message = "firewall is not applied to this resource";
  throw new ApiError(404, "firewall_resource_not_found", message);
}

export function firewallActions(
  router: ApiRouter,
  cloud: Cloud,
  find: (context: Context) => Firewall,
): void {
  const post = (name: string, change: (firewall: Firewall, body: unknown) => Action[]) =>
    router.post(`/firewalls/:id/actions/${name}`, (context) => {
      const actions = change(find(context), context.request.body);
      context.status = 201;
      context.body = { actions };
    });

  post("set_rules", (firewall, body) => {
    firewall.rules = stored(parse(z.object({ rules }), body).rules);
    const set = cloud.actions.done("set_firewall_rules", itself(firewall));
    const { servers } = cloud.store.tables;
    const covered = [...servers.values()].filter((server) => covers(firewall, server));
    return [set, ...act(cloud, "apply_firewall", firewall, covered)];
  });

  post("apply_to_resources", (firewall, body) => {
    const { apply_to: wish } = parse(z.object({ apply_to: z.array(target) }), body);
    assertApplicable(cloud, firewall, wish);
    return apply(cloud, firewall, wish);
  });

  post("remove_from_resources", (firewall, body) => {
    const { remove_from: wish } = parse(z.object({ remove_from: z.array(target) }), body);
    assertApplied(cloud, firewall, wish);
    firewall.applied_to = firewall.applied_to.filter((own) => !wish.some((t) => same(own, t)));
    return wish.flatMap((t) => actOn(cloud, "remove_firewall", firewall, t));
  });
}
