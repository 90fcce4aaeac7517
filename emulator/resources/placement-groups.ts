import { z } from "zod";
import type { Cloud } from "../cloud.ts";
import { ApiError, isLocked, notFound, parse } from "../errors.ts";
import { among, list } from "../http/list.ts";
import { type ApiRouter, type Context, record } from "../http/router.ts";
import type { Action, PlacementGroup, Server } from "../store/records.ts";
import { timestamp } from "../timestamp.ts";
import { startOn } from "../work/work.ts";
import { assertUniqueName, id, labels, name } from "./fields.ts";
import { readAndUpdate } from "./read-and-update.ts";

const create = z.object({ name, type: z.literal("spread"), labels: labels.optional() });
const MOST_GROUPS = 50;
const MOST_SERVERS = 10;

const serversOf = ({ store }: Cloud, group: number) =>
  [...store.tables.servers.values()].filter((server) => server.placement_group === group);

export const presentPlacementGroup = (cloud: Cloud, group: PlacementGroup) => ({
  ...group,
  servers: serversOf(cloud, group.id).map((server) => server.id),
});

/** Throws not_found or placement_group_member_limit_reached unless one more server can be in this group. */
export function assertRoomIn(cloud: Cloud, key: number): void {
  if (!cloud.store.tables.placement_groups.has(key)) throw notFound("placement group", key);
  if (serversOf(cloud, key).length < MOST_SERVERS) return;
  const message = `placement group with ID ${key} contains already ${MOST_SERVERS} servers`;
  throw new ApiError(422, "placement_group_member_limit_reached", message);
}

export function placementGroups(router: ApiRouter, cloud: Cloud): void {
  const { store } = cloud;
  const table = store.tables.placement_groups;
  const find = (context: Context) => record(context, table, "placement group");
  const present = (group: PlacementGroup) => presentPlacementGroup(cloud, group);

  router.get("/placement_groups", (context) =>
    list(context, "placement_groups", table.values(), present, {
      filters: { type: among(["spread"], (group, value) => group.type === value) },
    }),
  );

  router.post("/placement_groups", (context) => {
    const wish = parse(create, context.request.body);
    assertUniqueName(table, wish.name);
    if (table.size >= MOST_GROUPS) {
      const message = `a project has at most ${MOST_GROUPS} placement groups`;
      const details = { limits: [{ name: "placement_groups" }] };
      throw new ApiError(403, "resource_limit_exceeded", message, details);
    }
    const group: PlacementGroup = {
      id: store.nextId("placement_groups"),
      created: timestamp(cloud.clock),
      name: wish.name,
      labels: wish.labels ?? {},
      type: wish.type,
    };
    table.set(group.id, group);
    context.status = 201;
    context.body = { placement_group: present(group), action: null };
  });

  readAndUpdate(router, {
    path: "/placement_groups",
    key: "placement_group",
    table,
    find,
    present,
  });

  router.delete("/placement_groups/:id", (context) => {
    const group = find(context);
    for (const server of serversOf(cloud, group.id)) server.placement_group = null;
    table.delete(group.id);
    context.status = 204;
  });
}

/** The actions of servers that concern placement groups. */
export function serverPlacement(
  router: ApiRouter,
  cloud: Cloud,
  find: (context: Context) => Server,
): void {
  const post = (
    name: string,
    change: (server: Server, body: unknown) => number,
    start: (server: Server, group: Action["resources"][number]) => Action,
  ) =>
    router.post(`/servers/:id/actions/${name}`, (context) => {
      const server = find(context);
      if (cloud.actions.locks("server", server.id)) throw isLocked("server");
      const id = change(server, context.request.body);
      context.status = 201;
      context.body = { action: start(server, { id, type: "placement_group" }) };
    });
  const add = (server: Server, body: unknown) => {
    const { placement_group: group } = parse(z.object({ placement_group: id }), body);
    if (server.placement_group !== null) {
      const message = "the server is in a placement group already";
      throw new ApiError(422, "already_in_placement_group", message);
    }
    if (server.status !== "off") {
      throw new ApiError(422, "server_not_stopped", "the server must be off");
    }
    assertRoomIn(cloud, group);
    server.placement_group = group;
    return group;
  };
  // What is off is started on a host that fits the group.
  post("add_to_placement_group", add, (server, group) =>
    startOn(cloud, "add_to_placement_group", server, null, [group]),
  );

  const remove = (server: Server) => {
    const group = server.placement_group;
    if (group === null) {
      throw new ApiError(404, "not_found", "the server is in no placement group");
    }
    server.placement_group = null;
    return group;
  };
  post("remove_from_placement_group", remove, (server, group) =>
    cloud.actions.done("remove_from_placement_group", { id: server.id, type: "server" }, group),
  );
}
