import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { invalidField, notUnique, parse } from "../../errors.ts";
import { among, list } from "../../http/list.ts";
import type { ApiRouter } from "../../http/router.ts";
import type { Zone } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { assertUnprotected, labels } from "../fields.ts";
import { newSet, primaryNameservers, ttl, zoneName } from "./fields.ts";
import { findZone } from "./find.ts";
import { importZonefile } from "./import.ts";
import { presentZone } from "./present.ts";
import { addSet, rrsets } from "./rrsets.ts";
import { defaultSets, raiseSerial } from "./soa.ts";
import { zoneActions } from "./zone-actions.ts";

const DEFAULT_TTL = 3600;

const create = z.object({
  name: zoneName,
  mode: z.enum(["primary", "secondary"]),
  ttl: ttl.optional(),
  labels: labels.optional(),
  primary_nameservers: primaryNameservers.optional(),
  rrsets: z.array(newSet).optional(),
  zonefile: z.string().optional(),
});

/** DNS zones. The DNS server answers from the same records, so that a change is seen at once. */
export function zones(router: ApiRouter, cloud: Cloud): void {
  const { store, actions, clock } = cloud;
  const table = store.tables.zones;
  const present = (zone: Zone) => presentZone(cloud, zone);

  router.get("/zones", (context) =>
    list(context, "zones", table.values(), present, {
      filters: { mode: among(["primary", "secondary"], (zone, value) => zone.mode === value) },
    }),
  );

  router.post("/zones", (context) => {
    const wish = parse(create, context.request.body);
    for (const { name } of store.everywhere("zones")) {
      // Whoever else has it: a domain is one project's.
      if (name === wish.name) throw notUnique("name", "zone already exists");
    }
    const zone = newZone(wish, timestamp(clock));
    zone.id = store.nextId("zones");
    table.set(zone.id, zone);
    const action = actions.done("create_zone", { id: zone.id, type: "zone" });
    context.status = 201;
    context.body = { zone: present(zone), action };
  });

  router.get("/zones/:id", (context) => {
    context.body = { zone: present(findZone(store, context)) };
  });

  router.put("/zones/:id", (context) => {
    const zone = findZone(store, context);
    const wish = parse(z.object({ labels: labels.optional() }), context.request.body);
    zone.labels = wish.labels ?? zone.labels;
    context.body = { zone: present(zone) };
  });

  router.delete("/zones/:id", (context) => {
    const zone = findZone(store, context);
    assertUnprotected("zone", zone);
    table.delete(zone.id);
    context.status = 201;
    context.body = { action: actions.done("delete_zone", { id: zone.id, type: "zone" }) };
  });

  zoneActions(router, cloud);
  rrsets(router, cloud);
}

/** A zone as the request wishes it, not yet in the store. What its mode has no use for is ignored. */
function newZone(wish: z.output<typeof create>, created: string): Zone {
  const primary = wish.mode === "primary";
  if (!primary && wish.primary_nameservers === undefined) {
    throw invalidField("primary_nameservers", "is required in secondary mode");
  }
  const zone: Zone = {
    id: 0,
    created,
    name: wish.name,
    labels: wish.labels ?? {},
    mode: wish.mode,
    ttl: wish.ttl ?? DEFAULT_TTL,
    primary_nameservers: primary ? [] : (wish.primary_nameservers ?? []),
    protection: { delete: false },
    rrsets: {},
  };
  if (!primary) return zone;
  for (const set of defaultSets(created)) zone.rrsets[`${set.name}/${set.type}`] = set;
  if (wish.zonefile !== undefined) {
    if (wish.rrsets?.length) throw invalidField("rrsets", "must be empty beside a zonefile");
    importZonefile(zone, wish.zonefile, created);
  }
  for (const set of wish.rrsets ?? []) addSet(zone, set, created);
  raiseSerial(zone, created);
  return zone;
}
