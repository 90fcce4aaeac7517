import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { TYPES } from "../../dns/record-value.ts";
import { invalidField, notUnique, parse } from "../../errors.ts";
import { among, list } from "../../http/list.ts";
import type { ApiRouter } from "../../http/router.ts";
import type { RrSet, Zone } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { labels } from "../fields.ts";
import { newSet } from "./fields.ts";
import { assertChangeable, assertMode, findSet, findZone } from "./find.ts";
import { presentSet, setId } from "./present.ts";
import { assertFits, readRecords } from "./records.ts";
import { rrsetActions } from "./rrset-actions.ts";
import { raiseSerial } from "./soa.ts";

/** Adds a set that a request wishes. One that every zone has by itself is only replaced while it is made. */
export function addSet(zone: Zone, wish: z.output<typeof newSet>, created: string): RrSet {
  const set: RrSet = {
    name: wish.name,
    type: wish.type,
    ttl: wish.ttl ?? null,
    created,
    labels: wish.labels ?? {},
    protection: { change: false },
    records: readRecords(zone.name, wish.type, wish.records),
  };
  assertFits(zone, set);
  zone.rrsets[setId(set)] = set;
  return set;
}

/** Removes a set; the SOA record stays as long as the zone does. */
export function removeSet(zone: Zone, set: RrSet): void {
  if (set.type === "SOA") throw invalidField("type", "the SOA record cannot be deleted");
  delete zone.rrsets[setId(set)];
}

export function rrsets(router: ApiRouter, cloud: Cloud): void {
  const { store, actions, clock } = cloud;
  const one = "/zones/:id/rrsets/:name/:type";

  router.get("/zones/:id/rrsets", (context) => {
    const zone = findZone(store, context);
    assertMode(zone, "primary");
    const rows = Object.values(zone.rrsets).map((set) => ({ ...set, id: setId(set) }));
    list(context, "rrsets", rows, (set) => presentSet(zone, set), {
      filters: { type: among(TYPES, (set, value) => set.type === value) },
      mostPerPage: 100,
    });
  });

  router.post("/zones/:id/rrsets", (context) => {
    const zone = findZone(store, context);
    assertMode(zone, "primary");
    const wish = parse(newSet, context.request.body);
    if (Object.hasOwn(zone.rrsets, setId(wish))) throw notUnique("name", "rrset already exists");
    const set = addSet(zone, wish, timestamp(clock));
    raiseSerial(zone, timestamp(clock));
    context.status = 201;
    context.body = {
      rrset: presentSet(zone, set),
      action: actions.done("create_rrset", { id: zone.id, type: "zone" }),
    };
  });

  router.get(one, (context) => {
    const { zone, set } = findSet(store, context);
    context.body = { rrset: presentSet(zone, set) };
  });

  router.put(one, (context) => {
    const { zone, set } = findSet(store, context);
    const wish = parse(z.object({ labels: labels.optional() }), context.request.body);
    set.labels = wish.labels ?? set.labels;
    context.body = { rrset: presentSet(zone, set) };
  });

  router.delete(one, (context) => {
    const { zone, set } = findSet(store, context);
    assertChangeable(set);
    removeSet(zone, set);
    raiseSerial(zone, timestamp(clock));
    context.status = 201;
    context.body = { action: actions.done("delete_rrset", { id: zone.id, type: "zone" }) };
  });

  rrsetActions(router, cloud);
}
