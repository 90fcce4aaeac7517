import { isIPv6 } from "node:net";
import { addressBytes } from "./ip-address.ts";
import type { ServedZone } from "./lookup.ts";
import type { RecordSet } from "./zonefile.ts";

/** An address, or an IPv6 network, and the names that its addresses resolve to. */
interface AddressOwner {
  ip: string;
  dns_ptr: { ip: string; dns_ptr: string }[];
}

/** Hetzner's name servers for reverse zones. */
const NAME_SERVERS = ["ns1.your-server.de.", "ns.second-ns.com.", "ns3.second-ns.de."];
const TTL = 86400;

/** Labels of a reverse name that stand for its network: three numbers of an IPv4 /24, an IPv6 /64's digits. */
const NETWORK = { "in-addr.arpa": 3, "ip6.arpa": 16 } as const;

/** The name under which the DNS keeps what an address resolves to. */
function reverseName(address: string): string {
  const bytes = addressBytes(address);
  if (!isIPv6(address)) return `${bytes.toReversed().join(".")}.in-addr.arpa`;
  const digits = bytes.flatMap((byte) => [byte >> 4, byte & 15].map((n) => n.toString(16)));
  return `${digits.toReversed().join(".")}.ip6.arpa`;
}

/** The reverse zone of the network that a name is about, if an address in it belongs to the cloud. */
export function reverseZone(
  name: string,
  owners: Iterable<AddressOwner>,
  serial: number,
): ServedZone | undefined {
  const top = (["in-addr.arpa", "ip6.arpa"] as const).find((one) => name.endsWith(`.${one}`));
  if (top === undefined) return undefined;
  const labels = name.slice(0, -top.length - 1).split(".");
  if (labels.length < NETWORK[top]) return undefined;
  const zone = `${labels.slice(-NETWORK[top]).join(".")}.${top}`;
  const inside = [...owners].filter(({ ip }) =>
    reverseName(ip.replace(/\/\d+$/, "")).endsWith(`.${zone}`),
  );
  if (inside.length === 0) return undefined;
  const set = (own: string, type: RecordSet["type"], ...values: string[]): RecordSet => ({
    name: own,
    type,
    ttl: null,
    records: values.map((value) => ({ value, comment: "" })),
  });
  const soa = `${NAME_SERVERS[0]} postmaster.your-server.de. ${serial} 86400 1800 3600000 86400`;
  const sets = [set("@", "SOA", soa), set("@", "NS", ...NAME_SERVERS)];
  for (const { ip, dns_ptr } of inside.flatMap((owner) => owner.dns_ptr)) {
    sets.push(set(reverseName(ip).slice(0, -zone.length - 1), "PTR", `${dns_ptr}.`));
  }
  const rrsets = Object.fromEntries(sets.map((one) => [`${one.name}/${one.type}`, one]));
  return { name: zone, ttl: TTL, rrsets };
}
