import type { Cloud } from "../../cloud.ts";
import type { Server } from "../../store/records.ts";
import { gatewayOf } from "./layout.ts";
import { subnetOf } from "./members.ts";

/** A server's private networks as its metadata service tells of them: a YAML list. */
export function privateNetworksText({ store }: Cloud, server: Server): string {
  const entries = server.private_net.map((place, index) => {
    const network = store.tables.networks.get(place.network);
    if (network === undefined) return [];
    return [
      `ip: ${place.ip}`,
      `alias_ips: [${place.alias_ips.join(", ")}]`,
      `interface_num: ${index + 1}`,
      `mac_address: ${place.mac_address}`,
      `network_id: ${network.id}`,
      `network_name: ${JSON.stringify(network.name)}`,
      `network: ${network.ip_range}`,
      `subnet: ${subnetOf(network, place.ip)?.ip_range ?? ""}`,
      `gateway: ${gatewayOf(network)}`,
    ];
  });
  return entries.map((lines) => `- ${lines.join("\n  ")}\n`).join("");
}
