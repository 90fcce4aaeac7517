import { isIP } from "node:net";

/**
 * An address range as Hetzner's firewall takes it: its first address, in the shortest form, such as "192.0.2.0/24" for
 * "192.0.2.7/24".
 */
export function canonicalNetwork(network: string): string {
  const [address = "", bits = ""] = network.split("/");
  const six = isIP(address) === 6;
  const width = six ? 128n : 32n;
  const free = width - BigInt(bits);
  const first = (numberOf(address, six) >> free) << free;
  return `${six ? sixOf(first) : fourOf(first)}/${bits}`;
}

function numberOf(address: string, six: boolean): bigint {
  if (!six) return join(address.split(".").map(Number), 8n);
  const [left = "", right] = shortest(address).split("::");
  const groups = (text = "") => text.split(":").filter(Boolean);
  const zeros = 8 - groups(left).length - groups(right).length;
  const all = [...groups(left), ...Array<string>(zeros).fill("0"), ...groups(right)];
  return join(
    all.map((group) => Number.parseInt(group, 16)),
    16n,
  );
}

const join = (parts: number[], bits: bigint) =>
  parts.reduce((whole, part) => (whole << bits) | BigInt(part), 0n);

function fourOf(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
}

function sixOf(value: bigint): string {
  const shifts = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n];
  return shortest(shifts.map((shift) => ((value >> shift) & 0xffffn).toString(16)).join(":"));
}

/** An IPv6 address in lower case, with its longest run of zeros left out. */
export const shortest = (address: string) => new URL(`http://[${address}]`).hostname.slice(1, -1);
