import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { writeZonefile } from "../../dns/zonefile.ts";
import { parse } from "../../errors.ts";
import type { ApiRouter } from "../../http/router.ts";
import type { Zone } from "../../store/records.ts";
import { timestamp } from "../../timestamp.ts";
import { deleteProtection } from "../fields.ts";
import { primaryNameservers, ttl } from "./fields.ts";
import { assertMode, findZone } from "./find.ts";
import { importZonefile } from "./import.ts";
import { raiseSerial } from "./soa.ts";

/** What can be done to a zone as a whole. */
export function zoneActions(router: ApiRouter, { store, actions, clock }: Cloud): void {
  const post = (name: string, command: string, handle: (zone: Zone, body: unknown) => void) =>
    router.post(`/zones/:id/actions/${name}`, (context) => {
      const zone = findZone(store, context);
      handle(zone, context.request.body);
      context.status = 201;
      context.body = { action: actions.done(command, { id: zone.id, type: "zone" }) };
    });

  post("change_protection", "change_protection", (zone, body) => {
    const wish = parse(deleteProtection, body);
    zone.protection.delete = wish.delete ?? zone.protection.delete;
  });

  // Hetzner's documents have it for primary zones only; the provider's tests change it in both modes.
  post("change_ttl", "change_ttl", (zone, body) => {
    zone.ttl = parse(z.object({ ttl }), body).ttl;
    if (zone.mode === "primary") raiseSerial(zone, timestamp(clock));
  });

  post("change_primary_nameservers", "change_primary_nameservers", (zone, body) => {
    assertMode(zone, "secondary");
    const schema = z.object({ primary_nameservers: primaryNameservers });
    zone.primary_nameservers = parse(schema, body).primary_nameservers;
  });

  post("import_zonefile", "import_zonefile", (zone, body) => {
    assertMode(zone, "primary");
    importZonefile(
      zone,
      parse(z.object({ zonefile: z.string() }), body).zonefile,
      timestamp(clock),
    );
  });

  router.get("/zones/:id/zonefile", (context) => {
    const zone = findZone(store, context);
    assertMode(zone, "primary");
    context.body = { zonefile: writeZonefile(zone.name, zone.ttl, Object.values(zone.rrsets)) };
  });
}
