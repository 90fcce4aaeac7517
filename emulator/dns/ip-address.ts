import { isIPv6, SocketAddress } from "node:net";

/** An address as RFC 5952 writes it; IPv4 addresses stay as they are. */
export function canonical(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: "ipv6" }).address : address;
}

/** The 4 or 16 bytes of an address. */
export function addressBytes(address: string): number[] {
  if (!isIPv6(address)) return address.split(".").map(Number);
  // The last four bytes may be written as an IPv4 address.
  const text = canonical(address).replace(/[\d.]+\.[\d.]+$/, (ipv4) => {
    const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = [], tail = []] = text
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  const groups = [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail];
  return groups.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

/** True if an address is this one, or lies in this network; both as the API writes them. */
export function isInside(address: string, owner: string): boolean {
  const [network = "", bits] = owner.split("/");
  if (bits === undefined || isIPv6(address) !== isIPv6(network)) return address === owner;
  const whole = Number(bits) / 8; // Hetzner's networks end between two bytes
  const [a, b] = [addressBytes(address), addressBytes(network)];
  return a.slice(0, whole).every((byte, at) => byte === b[at]);
}
