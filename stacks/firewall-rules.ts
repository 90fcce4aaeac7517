import { canonicalNetwork } from "../config/networks.ts";
import { onlyVisitorsOf } from "../config/proxies.ts";
import type { Config } from "../config/schema.ts";

const anywhere = ["0.0.0.0/0", "::/0"];
/** Hetzner takes no more networks in one rule. */
const MOST = 100;

/** A rule that lets something in. */
interface Rule {
  direction: "in";
  protocol: "tcp" | "icmp";
  port?: string;
  sourceIps: string[];
}

/** What reaches the server: SSH from where it is allowed, visitors from the proxies where there are such, and ICMP. */
export function firewallRules(config: Config): Rule[] {
  const visitors = onlyVisitorsOf(config);
  const open = (port: string, networks: readonly string[]): Rule[] =>
    inPieces(networks).map((sourceIps) => ({ direction: "in", protocol: "tcp", port, sourceIps }));
  return [
    ...open("22", config.ssh?.allow ?? []),
    ...open("80", visitors),
    ...open("443", visitors),
    { direction: "in", protocol: "icmp", sourceIps: anywhere },
  ];
}

function inPieces(networks: readonly string[]): string[][] {
  if (networks.length === 0) return [anywhere];
  const all = [...new Set(networks.map(canonicalNetwork))];
  return Array.from({ length: Math.ceil(all.length / MOST) }, (_, piece) =>
    all.slice(piece * MOST, (piece + 1) * MOST),
  );
}
