import { createHash } from "node:crypto";
import type { MachineNetwork } from "../machine.ts";

/** A private network is a group of loopback's multicast: what one machine sends there, the others get. */
function group(cloud: string, network: number): string {
  const hash = createHash("sha256").update(`${cloud} ${network}`).digest();
  const [a = 0, b = 0] = hash;
  return `239.77.${a}.${b}:${20_000 + (hash.readUInt16BE(2) % 10_000)}`;
}

export const interfaceName = (network: number) => `network-${network}`;

export const networkNode = (cloud: string, network: number) => ({
  type: "socket",
  id: interfaceName(network),
  mcast: group(cloud, network),
  localaddr: "127.0.0.1",
});

/** @param slot what the card is plugged into; undefined: the computer's only bus */
export const interfaceDevice = ({ id, mac }: MachineNetwork, slot: string | undefined) => ({
  driver: "virtio-net-pci",
  id: `${interfaceName(id)}-card`,
  netdev: interfaceName(id),
  mac,
  host_mtu: 1450, // as at Hetzner
  romfile: "",
  ...(slot === undefined ? {} : { bus: slot }),
});

export const interfaceArguments = (
  cloud: string,
  network: MachineNetwork,
  slot: string | undefined,
): string[] => [
  ...["-netdev", JSON.stringify(networkNode(cloud, network.id))],
  ...["-device", JSON.stringify(interfaceDevice(network, slot))],
];

/** What `host-networks` in the machine sets up; the interface is found by its own address. */
export const networksFile = (networks: MachineNetwork[]) => ({
  path: "/etc/host-networks",
  mode: 0o644,
  text: networks
    .map(({ ip, mac, range, routes }) => {
      const onward = routes.map(({ destination, gateway }) => `${destination}=${gateway}`);
      return `${["-", mac, ip, range, ...onward].join(" ")}\n`;
    })
    .join(""),
});
