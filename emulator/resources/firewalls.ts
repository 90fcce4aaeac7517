import { isIP } from "node:net";
import { z } from "zod";
import type { Cloud } from "../cloud.ts";
import { ApiError, parse } from "../errors.ts";
import { matcher } from "../http/label-selector.ts";
import { list } from "../http/list.ts";
import { type ApiRouter, type Context, record } from "../http/router.ts";
import type { Action, Firewall, FirewallTarget, Server } from "../store/records.ts";
import { timestamp } from "../timestamp.ts";
import { startOn } from "../work.ts";
import { applyUpdate, assertUniqueName, id, inUse, labels, name, update } from "./fields.ts";
import { ipOf } from "./primary-ips.ts";

const cidr = z.string().refine(isCidr, "is not a network in CIDR notation");
const rule = z
  .object({
    direction: z.enum(["in", "out"]),
    protocol: z.enum(["tcp", "udp", "icmp", "esp", "gre"]),
    port: z.string().refine(isPort, "is not a port, a range of ports or 'any'").nullish(),
    source_ips: z.array(cidr).max(100).optional(),
    destination_ips: z.array(cidr).max(100).optional(),
    description: z.string().max(255).nullish(),
  })
  .refine((r) => (r.protocol === "tcp" || r.protocol === "udp") === (r.port != null), {
    path: ["port"],
    message: "is required for tcp and udp, and only allowed there",
  })
  .refine((r) => ((r.direction === "in" ? r.source_ips : r.destination_ips) ?? []).length > 0, {
    path: ["source_ips"],
    message: "the side that the direction filters needs at least one network",
  });
const rules = z.array(rule).max(50);
const selected = z.object({
  type: z.literal("label_selector"),
  label_selector: z.object({
    selector: z.string().refine((s) => matcher(s) !== null, "is not a label selector"),
  }),
  // Clients send a target back as it was shown, to remove it.
  applied_to_resources: z.array(z.unknown()).optional(),
});
const target = z.discriminatedUnion("type", [
  z.object({ type: z.literal("server"), server: z.object({ id }) }),
  selected.transform(({ type, label_selector }) => ({ type, label_selector })),
]);
const MOST_PER_SERVER = 5;
const create = z.object({
  name,
  labels: labels.optional(),
  rules: rules.optional(),
  apply_to: z.array(target).optional(),
});

function isCidr(text: string): boolean {
  const [address = "", bits = ""] = text.split("/");
  const family = isIP(address);
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function isPort(text: string): boolean {
  if (text === "any") return true;
  const [from = 0, to = from] = /^\d{1,5}(-\d{1,5})?$/.test(text)
    ? text.split("-").map(Number)
    : [];
  return from >= 1 && from <= to && to <= 65535;
}

const stored = (list: z.output<typeof rules>): Firewall["rules"] =>
  list.map((r) => ({
    direction: r.direction,
    protocol: r.protocol,
    port: r.port ?? null,
    source_ips: r.source_ips ?? [],
    destination_ips: r.destination_ips ?? [],
    description: r.description ?? null,
  }));

const same = (a: FirewallTarget, b: FirewallTarget) => JSON.stringify(a) === JSON.stringify(b);

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

export function firewalls(router: ApiRouter, cloud: Cloud): void {
  const { store, actions, clock } = cloud;
  const table = store.tables.firewalls;
  const servers = store.tables.servers;
  const find = (context: Context) => record(context, table, "firewall");
  const present = (firewall: Firewall) => ({
    ...firewall,
    applied_to: firewall.applied_to.map((t) => {
      if (t.type === "server") return t;
      const matches = matcher(t.label_selector.selector);
      const hit = [...servers.values()].filter((s) => matches?.(s.labels));
      return {
        ...t,
        applied_to_resources: hit.map((s) => ({ type: "server", server: { id: s.id } })),
      };
    }),
  });
  const itself = (firewall: Firewall) => ({ id: firewall.id, type: "firewall" });
  const reached = (target: FirewallTarget): Server[] =>
    [...servers.values()].filter((server) => reaches(target, server));
  /** One action per server: the rules are in force when it has ended. */
  const act = (command: string, firewall: Firewall, among: Server[]): Action[] =>
    among.map((server) => startOn(cloud, command, server, null, [itself(firewall)]));
  /** The same for a target; one that reaches no server now is done at once. */
  const actOn = (command: string, firewall: Firewall, target: FirewallTarget): Action[] => {
    const started = act(command, firewall, reached(target));
    return started.length > 0 ? started : [actions.done(command, itself(firewall))];
  };
  const assertApplicable = (firewall: Firewall | null, targets: FirewallTarget[]) => {
    for (const [index, t] of targets.entries()) {
      if (targets.findIndex((other) => same(other, t)) < index) {
        throw new ApiError(422, "server_already_added", "a resource is named twice");
      }
      if (firewall?.applied_to.some((own) => same(own, t))) {
        throw new ApiError(422, "firewall_already_applied", "firewall is already applied");
      }
      if (t.type !== "server") continue;
      const server = servers.get(t.server.id);
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
  };
  const apply = (firewall: Firewall, targets: FirewallTarget[]): Action[] => {
    firewall.applied_to.push(...targets);
    return targets.flatMap((t) => actOn("apply_firewall", firewall, t));
  };

  router.get("/firewalls", (context) => list(context, "firewalls", table.values(), present));

  router.post("/firewalls", (context) => {
    const wish = parse(create, context.request.body);
    assertUniqueName(table, wish.name);
    assertApplicable(null, wish.apply_to ?? []);
    const firewall: Firewall = {
      id: store.nextId("firewalls"),
      created: timestamp(clock),
      name: wish.name,
      labels: wish.labels ?? {},
      rules: stored(wish.rules ?? []),
      applied_to: [],
    };
    table.set(firewall.id, firewall);
    const set = actions.done("set_firewall_rules", itself(firewall));
    const started = [set, ...apply(firewall, wish.apply_to ?? [])];
    context.status = 201;
    context.body = { firewall: present(firewall), actions: started };
  });

  router.get("/firewalls/:id", (context) => {
    context.body = { firewall: present(find(context)) };
  });

  router.put("/firewalls/:id", (context) => {
    const firewall = find(context);
    applyUpdate(table, firewall, parse(update, context.request.body));
    context.body = { firewall: present(firewall) };
  });

  router.delete("/firewalls/:id", (context) => {
    const firewall = find(context);
    if (firewall.applied_to.length > 0) throw inUse("firewall");
    table.delete(firewall.id);
    context.status = 204;
  });

  router.post("/firewalls/:id/actions/set_rules", (context) => {
    const firewall = find(context);
    firewall.rules = stored(parse(z.object({ rules }), context.request.body).rules);
    const set = actions.done("set_firewall_rules", itself(firewall));
    const covered = [...servers.values()].filter((server) => covers(firewall, server));
    const pushed = act("apply_firewall", firewall, covered);
    context.status = 201;
    context.body = { actions: [set, ...pushed] };
  });

  router.post("/firewalls/:id/actions/apply_to_resources", (context) => {
    const firewall = find(context);
    const wish = parse(z.object({ apply_to: z.array(target) }), context.request.body).apply_to;
    assertApplicable(firewall, wish);
    context.status = 201;
    context.body = { actions: apply(firewall, wish) };
  });

  router.post("/firewalls/:id/actions/remove_from_resources", (context) => {
    const firewall = find(context);
    const wish = parse(
      z.object({ remove_from: z.array(target) }),
      context.request.body,
    ).remove_from;
    const missing = wish.find((t) => !firewall.applied_to.some((own) => same(own, t)));
    if (missing !== undefined) {
      const server = missing.type === "server" ? servers.get(missing.server.id) : undefined;
      if (server !== undefined && covers(firewall, server)) {
        const message = "the firewall is applied by a label selector";
        throw new ApiError(422, "firewall_managed_by_label_selector", message);
      }
      const message = "firewall is not applied to this resource";
      throw new ApiError(404, "firewall_resource_not_found", message);
    }
    firewall.applied_to = firewall.applied_to.filter((own) => !wish.some((t) => same(own, t)));
    context.status = 201;
    context.body = { actions: wish.flatMap((t) => actOn("remove_firewall", firewall, t)) };
  });
}
