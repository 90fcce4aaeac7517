import type { CloudApi } from "./api.ts";
import type { Address, Owned, Server, Volume } from "./schema.ts";

/** What the project holds under the names that a configuration's server and its surroundings have. */
export interface Objects {
  server: Server | undefined;
  volume: Volume | undefined;
  address: Address | undefined;
  firewall: Owned | undefined;
  key: Owned | undefined;
}

/** Asks for them; names are unique in a project. */
export async function askObjects(api: CloudApi, name: string): Promise<Objects> {
  const [[server], [volume], [address], [firewall], [key]] = await Promise.all([
    api.list("servers", { name }),
    api.list("volumes", { name: `${name}-data` }),
    api.list("primary_ips", { name }),
    api.list("firewalls", { name }),
    api.list("ssh_keys", { name }),
  ]);
  return { server, volume, address, firewall, key };
}

/** What each is called by people, and in the server's stack. */
const places = {
  key: ["SSH key", "hcloud_ssh_key.deploy_key"],
  firewall: ["firewall", "hcloud_firewall.firewall"],
  address: ["primary IP", "hcloud_primary_ip.ipv4"],
  volume: ["volume", "hcloud_volume.data"],
  server: ["server", "hcloud_server.server"],
} as const;

/** Something that Terraform's state lacks. */
export interface Missing {
  kind: string;
  name: string;
  id: number;
  /** Where it belongs in the stack. */
  place: string;
  /** Whether its labels say that Onebox has made it for this configuration. */
  own: boolean;
}

/**
 * What is in the project and not in Terraform's state, which was lost, or whose writer was killed.
 *
 * @param known addresses in the state
 */
export function missingIn(known: string[], objects: Objects, app: string): Missing[] {
  const found = (Object.keys(places) as (keyof typeof places)[]).flatMap((part): Missing[] => {
    const [kind, place] = places[part];
    const object = objects[part];
    if (object === undefined || known.includes(place)) return [];
    const { name, id, labels } = object;
    const own = labels["managed-by"] === "onebox" && labels.app === app;
    return [{ kind, name, id, place, own }];
  });
  const { server, volume } = objects;
  const attachment = "hcloud_volume_attachment.data_attachment";
  if (server === undefined || volume?.server !== server.id || known.includes(attachment)) {
    return found;
  }
  const { name, id } = volume;
  return [...found, { kind: "attachment", name, id, place: attachment, own: true }];
}
