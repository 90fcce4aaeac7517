import type { Cloud } from "../../cloud.ts";
import { parse } from "../../errors.ts";
import { list } from "../../http/list.ts";
import { type ApiRouter, type Context, record } from "../../http/router.ts";
import type { Firewall } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { assertUniqueName, inUse } from "../fields.ts";
import { readAndUpdate } from "../read-and-update.ts";
import { create, stored } from "./fields.ts";
import { apply, assertApplicable, firewallActions, itself } from "./firewall-actions.ts";
import { reached } from "./reach.ts";

export function firewalls(router: ApiRouter, cloud: Cloud): void {
  const { store, actions, clock } = cloud;
  const table = store.tables.firewalls;
  const find = (context: Context) => record(context, table, "firewall");
  const present = (firewall: Firewall) => ({
    ...firewall,
    applied_to: firewall.applied_to.map((t) => {
      if (t.type === "server") return t;
      const hit = reached(cloud, t);
      return {
        ...t,
        applied_to_resources: hit.map((s) => ({ type: "server", server: { id: s.id } })),
      };
    }),
  });

  router.get("/firewalls", (context) => list(context, "firewalls", table.values(), present));

  router.post("/firewalls", (context) => {
    const wish = parse(create, context.request.body);
    assertUniqueName(table, wish.name);
    assertApplicable(cloud, null, wish.apply_to ?? []);
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
    const started = [set, ...apply(cloud, firewall, wish.apply_to ?? [])];
    context.status = 201;
    context.body = { firewall: present(firewall), actions: started };
  });

  readAndUpdate(router, { path: "/firewalls", key: "firewall", table, find, present });

  router.delete("/firewalls/:id", (context) => {
    const firewall = find(context);
    if (firewall.applied_to.length > 0) throw inUse("firewall");
    table.delete(firewall.id);
    context.status = 204;
  });

  firewallActions(router, cloud, find);
}
