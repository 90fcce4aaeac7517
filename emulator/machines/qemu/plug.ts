import type { MachineSpec } from "../machine.ts";
import { type Placement, volumeDevice, volumeName, volumeNode } from "./arguments.ts";
import { HARDWARE } from "./hardware.ts";
import type { JsonSocket } from "./json-socket.ts";
import { plugged, unplug } from "./monitor.ts";
import { interfaceDevice, interfaceName, networkNode } from "./networks.ts";

/** Plugs in what a running machine lacks of its volumes and networks, and tells it their volumes' sizes. */
export async function plugIn(
  monitor: JsonSocket,
  spec: MachineSpec,
  { cloud, directory }: Pick<Placement, "cloud" | "directory">,
): Promise<void> {
  const there = await plugged(monitor);
  for (const { id, size } of spec.volumes) {
    if (there.includes(volumeName(id))) {
      const grown = { "node-name": volumeName(id), size: size * 2 ** 30 };
      await monitor.call("block_resize", grown);
      continue;
    }
    await monitor.call("blockdev-add", volumeNode(directory, id));
    await monitor.call("device_add", volumeDevice(id));
  }
  for (const network of spec.networks) {
    if (there.includes(`${interfaceName(network.id)}-card`)) continue;
    await monitor.call("netdev_add", networkNode(cloud, network.id));
    await monitor.call("device_add", interfaceDevice(network, await freeSlot(monitor, spec)));
  }
}

/** Something to plug a card into; undefined where the computer's only bus takes it. */
async function freeSlot(
  monitor: JsonSocket,
  { architecture }: MachineSpec,
): Promise<string | undefined> {
  const { slots } = HARDWARE[architecture];
  if (slots.length === 0) return undefined;
  const cards = (await plugged(monitor)).filter((name) => name.startsWith("network-"));
  const taken = await Promise.all(
    cards.map((name) =>
      monitor.call("qom-get", { path: `/machine/peripheral/${name}`, property: "parent_bus" }),
    ),
  );
  return slots.find((slot) => !taken.some((path) => String(path).endsWith(`/${slot}`)));
}

/** Unplugs what a running machine has beyond its volumes and networks. */
export async function unplugRest(monitor: JsonSocket, spec: MachineSpec): Promise<void> {
  const volumes = spec.volumes.map(({ id }) => volumeName(id));
  const cards = spec.networks.map(({ id }) => `${interfaceName(id)}-card`);
  for (const id of await plugged(monitor)) {
    if (id.startsWith("volume-") && !volumes.includes(id)) {
      await unplug(monitor, id, () => monitor.call("blockdev-del", { "node-name": id }));
    }
    if (id.startsWith("network-") && !cards.includes(id)) {
      const network = id.replace(/-card$/, "");
      await unplug(monitor, id, () => monitor.call("netdev_del", { id: network }));
    }
  }
}
