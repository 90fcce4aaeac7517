import type Router from "@koa/router";
import { locations } from "../catalogue/catalogue.ts";
import { MEANINGS } from "../faults/fault.ts";
import { ipOf } from "../resources/primary-ips/make.ts";
import type { Action } from "../store/records.ts";
import type { ControlOptions } from "./control.ts";

const ACTIONS_SHOWN = 20;

/** `/control/status`: what the status page shows, at once. */
export function statusRoutes(router: Router, options: ControlOptions): void {
  const { projects, faults, clock, profile, recent } = options;

  router.get("/status", (context) => {
    const clouds = projects.clouds();
    const servers = clouds.flatMap((cloud) =>
      [...cloud.store.tables.servers.values()].map((server) => ({
        project: cloud.store.project,
        id: server.id,
        name: server.name,
        status: server.status,
        type: server.server_type,
        location: server.location,
        ipv4: ipOf(cloud, server.id, "ipv4")?.ip ?? null,
        ipv6: ipOf(cloud, server.id, "ipv6")?.ip ?? null,
      })),
    );
    const actions = clouds.flatMap((cloud) => last(cloud.store.tables.actions));
    actions.sort((a, b) => b.id - a.id);
    context.body = {
      servers,
      actions: actions.slice(0, ACTIONS_SHOWN),
      requests: recent.list(),
      faults: faults.list(),
      kinds: MEANINGS,
      locations: locations.map(({ name }) => name),
      clock: { now: clock.now().toISOString(), held: clock.held, profile: profile.get() },
    };
  });
}

const last = (table: Map<number, Action>) => [...table.values()].slice(-ACTIONS_SHOWN);
