import { known, serverTypes } from "../catalogue/catalogue.ts";
import type { Cloud } from "../cloud.ts";
import type { MachineSpec } from "../machines/machine.ts";
import { firewallsOf } from "../resources/firewalls/reach.ts";
import { ipOf } from "../resources/primary-ips/make.ts";
import { rescueOf } from "../resources/servers/rescue.ts";
import type { Server } from "../store/records.ts";
import { FIRST_PROJECT } from "../store/store.ts";
import { metadataOf } from "./metadata.ts";

/** Servers of different projects may have the same name; what they run in may not. */
export const machineLabel = ({ store: { project } }: Cloud, { name }: Server) =>
  project === FIRST_PROJECT ? name : `${project}.${name}`;

/** What the machine of a server should be, by the store as it is now. */
export function machineSpec(
  cloud: Cloud,
  server: Server,
  rootPassword: string | null = null,
): MachineSpec {
  const type = known(serverTypes, server.server_type);
  const { images, volumes, networks } = cloud.store.tables;
  const attached = [...volumes.values()].filter((v) => v.server === server.id);
  const applied = firewallsOf(cloud, server);
  const rescue = rescueOf(cloud, server);
  return {
    id: server.id,
    name: server.name,
    label: machineLabel(cloud, server),
    boot: "normal",
    cores: type.cores,
    memoryGib: type.memory,
    diskGib: type.disk,
    architecture: type.architecture,
    address: ipOf(cloud, server.id, "ipv4")?.ip ?? null,
    userData: server.user_data,
    publicKeys: server.public_keys,
    rootPassword,
    volumes: attached.map(({ id, automount, size, format }) => ({ id, automount, size, format })),
    snapshot: images.has(server.image) ? server.image : null,
    firewall: applied.length === 0 ? null : applied.flatMap((firewall) => firewall.rules),
    metadata: metadataOf(cloud, server),
    rescue: rescue && { publicKeys: rescue.public_keys, rootPassword: rescue.root_password },
    networks: server.private_net.flatMap(({ network, ip, mac_address: mac }) => {
      const { ip_range: range, routes } = networks.get(network) ?? { ip_range: "", routes: [] };
      return range === "" ? [] : [{ id: network, ip, mac, range, routes }];
    }),
  };
}

/** The same when it is about to boot: that may go wrong if someone wants it to. */
export const bootSpec = (cloud: Cloud, server: Server): MachineSpec => ({
  ...machineSpec(cloud, server),
  boot: cloud.faults.ofBoot(cloud.store.project, server),
});
