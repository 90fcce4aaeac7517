import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { invalidField, notFound, parse } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { Action, RrSet, Zone } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { records, setName, ttl, type } from "./fields.ts";
import { assertChangeable, assertMode, findSet, findZone } from "./find.ts";
import { setId } from "./present.ts";
import { assertFits, readRecords } from "./records.ts";
import { addSet, removeSet } from "./rrsets.ts";
import { raiseSerial } from "./soa.ts";

const wishes = z.object({ records });

/** What can be done to the records of one name and type. */
export function rrsetActions(router: ApiRouter, { store, actions, clock }: Cloud): void {
  const path = (name: string) => `/zones/:id/rrsets/:name/:type/actions/${name}`;
  const now = () => timestamp(clock);
  const done = (command: string, zone: Zone): Action =>
    actions.done(command, { id: zone.id, type: "zone" });
  const post = (
    name: string,
    command: string,
    handle: (zone: Zone, set: RrSet, body: unknown) => void,
    status = 201,
  ) =>
    router.post(path(name), (context) => {
      const { zone, set } = findSet(store, context);
      handle(zone, set, context.request.body);
      context.status = status;
      context.body = { action: done(command, zone) };
    });

  post("change_protection", "change_rrset_protection", (_zone, set, body) => {
    set.protection.change = parse(z.object({ change: z.boolean() }), body).change;
  });

  post("change_ttl", "change_rrset_ttl", (zone, set, body) => {
    assertChangeable(set);
    set.ttl = parse(z.object({ ttl: ttl.nullable() }), body).ttl;
    raiseSerial(zone, now());
  });

  post("set_records", "set_rrset_records", (zone, set, body) => {
    assertChangeable(set);
    const wish = parse(wishes, body);
    replace(zone, set, readRecords(zone.name, set.type, wish.records), now());
  });

  post("remove_records", "remove_rrset_records", (zone, set, body) => {
    assertChangeable(set);
    const wish = known(set, parse(wishes, body).records);
    const rest = set.records.filter(({ value }) => !wish.has(value));
    if (rest.length > 0) replace(zone, set, rest, now());
    else {
      removeSet(zone, set);
      raiseSerial(zone, now());
    }
  });

  // What it changes are comments; the documents give it a status of its own.
  post(
    "update_records",
    "update_rrset_records",
    (_zone, set, body) => {
      assertChangeable(set);
      const wish = known(set, parse(wishes, body).records);
      for (const one of set.records) one.comment = wish.get(one.value) ?? one.comment;
    },
    200,
  );

  router.post(path("add_records"), (context) => {
    const zone = findZone(store, context);
    assertMode(zone, "primary");
    add(zone, context, now());
    raiseSerial(zone, now());
    context.status = 201;
    context.body = { action: done("add_rrset_records", zone) };
  });
}

/** Replaces a set's records, if the zone can have them. The serial of a SOA record is the zone's own. */
function replace(zone: Zone, set: RrSet, next: RrSet["records"], now: string): void {
  assertFits(zone, { ...set, records: next });
  const before = set.type === "SOA" ? set.records : null;
  set.records = next;
  raiseSerial(zone, now, before === null ? undefined : Number(before[0]?.value.split(/\s+/)[2]));
}

/** The wished comments by value; refuses values that the set does not have. */
function known(set: RrSet, wish: z.output<typeof records>): Map<string, string> {
  wish.forEach(({ value }, at) => {
    if (set.records.some((one) => one.value === value)) return;
    throw invalidField(`records.${at}.value`, "is not a value of this rrset");
  });
  return new Map(wish.map(({ value, comment }) => [value, comment ?? ""]));
}

/** Adds records; makes the set if there is none. */
function add(zone: Zone, context: Context, now: string): void {
  const key = `${context.params.name}/${context.params.type}`;
  const schema = wishes.extend({ ttl: ttl.nullish() });
  const wish = parse(schema, context.request.body);
  const set = Object.hasOwn(zone.rrsets, key) ? zone.rrsets[key] : undefined;
  if (set === undefined) {
    const path = z.object({ name: setName, type }).safeParse(context.params);
    if (!path.success) throw notFound("rrset", key);
    addSet(zone, { ...path.data, ...wish }, now);
    return;
  }
  assertChangeable(set);
  if (wish.ttl != null && set.ttl !== null && wish.ttl !== set.ttl) {
    throw invalidField("ttl", `must be the rrset's, ${set.ttl}`);
  }
  const added = readRecords(zone.name, set.type, wish.records);
  const twice = added.findIndex(({ value }) => set.records.some((one) => one.value === value));
  if (twice !== -1) throw invalidField(`records.${twice}.value`, `${setId(set)} has it already`);
  assertFits(zone, { ...set, records: [...set.records, ...added] });
  set.records.push(...added);
  set.ttl = wish.ttl ?? set.ttl;
}
