import { known, locations } from "../catalogue/catalogue.ts";
import type { Cloud } from "../cloud.ts";
import { privateNetworksText } from "../resources/networks/metadata.ts";
import { ipOf } from "../resources/primary-ips/make.ts";
import type { Server } from "../store/records.ts";

/**
 * What 169.254.169.254 answers inside a server: text by path. Hetzner's documents name all but
 * local-ipv4, public-keys and userdata, which cloud-init reads there.
 */
export function metadataOf(cloud: Cloud, server: Server): Record<string, string> {
  const location = known(locations, server.location);
  const values = {
    "availability-zone": location.datacenter.name,
    hostname: server.name,
    "instance-id": String(server.id),
    "local-ipv4": "",
    "public-ipv4": ipOf(cloud, server.id, "ipv4")?.ip ?? "",
    "public-keys": JSON.stringify(server.public_keys),
    region: location.network_zone,
  };
  // JSON's strings and lists are YAML's too; a bare empty value would be null.
  const summary = Object.entries(values).map(([key, value]) => `${key}: ${value || '""'}\n`);
  return {
    "/hetzner/v1/metadata": summary.join(""),
    ...Object.fromEntries(
      Object.entries(values).map(([key, value]) => [`/hetzner/v1/metadata/${key}`, `${value}\n`]),
    ),
    "/hetzner/v1/metadata/private-networks": privateNetworksText(cloud, server),
    "/hetzner/v1/userdata": server.user_data ?? "",
  };
}
