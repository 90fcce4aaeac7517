import { isIP } from "node:net";
import type { FirewallRule } from "../../store/records.ts";

/** Where host-metadata.socket listens; host-boot gives the address to the loopback interface. */
const METADATA = { address: "169.254.169.254", port: 16925 };
const ANYWHERE = /^(0\.0\.0\.0|::)\/0$/;

/**
 * The nftables rules of a server, which replace those before in one step. Hetzner's firewalls stand in
 * front of the server, so these see a packet before the server's own translations and after them:
 * a port that an inner container publishes is judged by its outer number.
 *
 * `gateway` is the cloud's side of the servers' network, from where this computer's requests come.
 */
export function networkRules(rules: readonly FirewallRule[] | null, gateway: string): string {
  return [
    `# gateway ${gateway}`,
    ...table("onebox_metadata", metadata()),
    ...table("onebox_firewall", rules === null ? [] : firewall(rules, gateway)),
    "",
  ].join("\n");
}

/** Deleting what does not exist is an error to nft, so the table is made first. */
const table = (name: string, lines: string[]): string[] => [
  `table inet ${name}`,
  `delete table inet ${name}`,
  ...(lines.length === 0 ? [] : [`table inet ${name} {`, ...lines, "}"]),
];

function metadata(): string[] {
  const { address, port } = METADATA;
  // Before Docker's own translations: a container that publishes port 80 does so on all addresses.
  const lead = `ip daddr ${address} tcp dport 80 dnat ip to ${address}:${port}`;
  return [
    "chain own { type nat hook output priority -110;",
    lead,
    "}",
    "chain containers { type nat hook prerouting priority -110;",
    lead,
    "}",
    "chain outside { type filter hook prerouting priority -150;",
    `iifname $public ip daddr ${address} drop`,
    "}",
  ];
}

function firewall(rules: readonly FirewallRule[], gateway: string): string[] {
  const inbound = rules.filter((r) => r.direction === "in");
  const outbound = rules.filter((r) => r.direction === "out");
  const established = [
    "ct state established,related accept",
    "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept",
  ];
  return [
    "chain inbound { type filter hook prerouting priority -150;",
    "iifname != $public accept",
    ...established,
    ...inbound.flatMap((r) => accept(r, "saddr", thisComputer(r.source_ips, gateway))),
    "drop",
    "}",
    // Without a rule for this direction everything may leave.
    ...(outbound.length === 0
      ? []
      : [
          "chain outbound { type filter hook postrouting priority 50;",
          "oifname != $public accept",
          ...established,
          ...outbound.flatMap((r) => accept(r, "daddr", r.destination_ips)),
          "drop",
          "}",
        ]),
  ];
}

/** A rule as nftables' lines, one per address family. */
function accept(rule: FirewallRule, side: "saddr" | "daddr", networks: string[]): string[] {
  return (["ip", "ip6"] as const).flatMap((family) => {
    const of = networks.filter(
      (net) => (isIP(net.split("/")[0] ?? "") === 4) === (family === "ip"),
    );
    if (of.length === 0) return [];
    const any = of.some((net) => ANYWHERE.test(net));
    const peers = any
      ? `meta nfproto ${family === "ip" ? "ipv4" : "ipv6"}`
      : of.map((net) => `${family} ${side} ${net}`);
    return [peers].flat().map((peer) => `${peer} ${traffic(rule, family)} accept`);
  });
}

function traffic({ protocol, port }: FirewallRule, family: "ip" | "ip6"): string {
  if (protocol === "icmp") return `meta l4proto ${family === "ip" ? "icmp" : "icmpv6"}`;
  const ports = port === null || port === "any" ? "" : `${protocol} dport ${port}`;
  return ports || `meta l4proto ${protocol}`;
}

/** A rule that admits 127.0.0.1 admits this computer, whose requests Docker brings in by its gateway. */
function thisComputer(networks: string[], gateway: string): string[] {
  const loopback = networks.some((net) => /^127\.0\.0\.\d+\/(8|16|24|32)$/.test(net));
  return loopback ? [...networks, `${gateway}/32`] : networks;
}
