import { provider, zone, zoneRrset } from "@cdktf/provider-hcloud";
import { TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import type { Cloud } from "../config/cloud.ts";
import { recordsOf, TTL, zonesOf } from "../config/records.ts";
import type { Config } from "../config/schema.ts";
import { useState } from "./state.ts";

/** What a DnsStack needs to know. */
interface DnsStackProps {
  config: Config;
  cloud: Cloud;
}

/** The zones that Onebox keeps and the records of its hosts in them; others' records stay as they are. */
export class DnsStack extends TerraformStack {
  constructor(scope: Construct, id: string, { config, cloud }: DnsStackProps) {
    super(scope, id);
    useState(this, cloud, config.name);
    new provider.HcloudProvider(this, "hcloud", { endpoint: cloud.endpoint });
    const labels = { "managed-by": "onebox", app: config.name };
    const address = (id: string, description: string) =>
      new TerraformVariable(this, id, { type: "string", description }).stringValue;
    const addresses = {
      ipv4: address("address", "The server's IPv4 address"),
      ipv6: address("address6", "The server's IPv6 address"),
    };

    const zones = new Map(
      zonesOf(config, cloud).map((name) => [
        name,
        new zone.Zone(this, `zone_${idOf(name)}`, {
          name,
          mode: "primary",
          ttl: TTL,
          labels,
          deleteProtection: true,
        }),
      ]),
    );
    for (const { zone, host, type, values } of recordsOf(config, cloud, addresses)) {
      const of = zone === undefined ? undefined : zones.get(zone);
      if (zone === undefined || of === undefined) continue;
      new zoneRrset.ZoneRrset(this, `${type.toLowerCase()}_${idOf(host)}`, {
        zone: of.name,
        name: host === zone ? "@" : host.slice(0, -zone.length - 1),
        type,
        ttl: TTL,
        labels,
        records: values.map((value) => ({ value })),
      });
    }
    new TerraformOutput(this, "nameservers", {
      value: Object.fromEntries(
        [...zones].map(([name, { authoritativeNameservers }]) => [
          name,
          authoritativeNameservers.assigned,
        ]),
      ),
      staticId: true,
    });
  }
}

/** A host name as part of a Terraform address. */
function idOf(host: string): string {
  return host.replace("*", "any").replaceAll(".", "_");
}
