import type { Cloud } from "../cloud.ts";
import { invalidField, notFound } from "../errors.ts";
import { among, byId, type ListOptions, list } from "../http/list.ts";
import type { ApiRouter, Context } from "../http/router.ts";
import type { Action } from "../store/records.ts";
import { findZone } from "./zones/find.ts";

const OPTIONS: ListOptions<Action> = {
  filters: {
    id: byId((action, value) => action.id === Number(value)),
    status: among(["running", "success", "error"], (action, value) => action.status === value),
  },
  sort: ["id", "command", "status", "progress", "started", "finished"],
};

/** Paths under which a resource's actions are listed, and the type its actions name it by. */
const OWNERS = {
  servers: "server",
  volumes: "volume",
  firewalls: "firewall",
  images: "image",
  primary_ips: "primary_ip",
  floating_ips: "floating_ip",
  networks: "network",
  placement_groups: "placement_group",
  load_balancers: "load_balancer",
  certificates: "certificate",
  storage_boxes: "storage_box",
  zones: "zone",
} as const;

export function actions(router: ApiRouter, { store }: Cloud): void {
  const table = store.tables.actions;
  const about = (type: string, id?: number) =>
    [...table.values()].filter((action) =>
      action.resources.some((r) => r.type === type && (id === undefined || r.id === id)),
    );
  const one = (context: Context, among?: Action[]) => {
    const action = table.get(Number(context.params.action));
    if (action === undefined || (among !== undefined && !among.includes(action))) {
      throw notFound("action", context.params.action ?? "");
    }
    context.body = { action };
  };
  const many = (context: Context, rows: Iterable<Action>) =>
    list(context, "actions", rows, (action) => action, OPTIONS);

  router.get("/actions", (context) => {
    const wanted = new URLSearchParams(context.querystring).getAll("id");
    if (wanted.length === 0) throw invalidField("id", "is required");
    many(
      context,
      wanted.flatMap((id) => table.get(Number(id)) ?? []),
    );
  });
  router.get("/actions/:action", (context) => one(context));

  for (const [plural, type] of Object.entries(OWNERS)) {
    const owners = store.tables[plural as keyof typeof OWNERS];
    const owned = (context: Context) => {
      // Zones alone go by their names too.
      const id = type === "zone" ? findZone(store, context).id : Number(context.params.id);
      if (!owners.has(id)) throw notFound(type, context.params.id ?? "");
      return about(type, id);
    };
    router.get(`/${plural}/actions`, (context) => many(context, about(type)));
    router.get(`/${plural}/actions/:action`, (context) => one(context, about(type)));
    router.get(`/${plural}/:id/actions`, (context) => many(context, owned(context)));
    router.get(`/${plural}/:id/actions/:action`, (context) => one(context, owned(context)));
  }
}
