import { expect } from "chai";
import { networkRules } from "../../machines/docker/network-rules.ts";
import type { FirewallRule } from "../../store/records.ts";

const GATEWAY = "172.18.0.1";
const rule = (wish: Partial<FirewallRule>): FirewallRule => ({
  direction: "in",
  protocol: "tcp",
  port: null,
  source_ips: [],
  destination_ips: [],
  description: null,
  ...wish,
});

/** The rules of one chain. */
function chain(rules: FirewallRule[] | null, name: string): string[] {
  const [, body = ""] = networkRules(rules, GATEWAY).split(`chain ${name} {`);
  return (body.split("\n}")[0] ?? "").split("\n").slice(1);
}
const ESTABLISHED = [
  "ct state established,related accept",
  "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept",
];

describe("the rules of a server's network", () => {
  it("name the gateway, by which the server finds its public side", () => {
    expect(networkRules(null, GATEWAY)).to.match(/^# gateway 172\.18\.0\.1\n/);
  });

  it("let everything pass where no firewall is applied", () => {
    const rules = networkRules(null, GATEWAY);
    expect(rules).to.contain("delete table inet onebox_firewall");
    expect(rules).to.not.contain("chain inbound");
  });

  it("let nothing in where a firewall has no rule", () => {
    expect(chain([], "inbound")).to.deep.equal([
      "iifname != $public accept",
      ...ESTABLISHED,
      "drop",
    ]);
    expect(networkRules([], GATEWAY)).to.not.contain("chain outbound");
  });

  it("tell addresses, ports and protocols apart", () => {
    const rules = [
      rule({ port: "80-85", source_ips: ["192.0.2.0/24", "2001:db8::/32"] }),
      rule({ protocol: "udp", port: "any", source_ips: ["0.0.0.0/0"] }),
      rule({ protocol: "icmp", source_ips: ["0.0.0.0/0", "::/0"] }),
      rule({ protocol: "gre", source_ips: ["198.51.100.7/32"] }),
    ];
    expect(chain(rules, "inbound").slice(3, -1)).to.deep.equal([
      "ip saddr 192.0.2.0/24 tcp dport 80-85 accept",
      "ip6 saddr 2001:db8::/32 tcp dport 80-85 accept",
      "meta nfproto ipv4 meta l4proto udp accept",
      "meta nfproto ipv4 meta l4proto icmp accept",
      "meta nfproto ipv6 meta l4proto icmpv6 accept",
      "ip saddr 198.51.100.7/32 meta l4proto gre accept",
    ]);
  });

  it("take 127.0.0.1 for this computer, which comes in by the gateway", () => {
    const rules = [rule({ port: "22", source_ips: ["127.0.0.1/32"] })];
    expect(chain(rules, "inbound")).to.include("ip saddr 172.18.0.1/32 tcp dport 22 accept");
  });

  it("deny what leaves as soon as one rule says what may", () => {
    const out = rule({ direction: "out", port: "443", destination_ips: ["203.0.113.0/24"] });
    expect(chain([out], "outbound")).to.deep.equal([
      "oifname != $public accept",
      ...ESTABLISHED,
      "ip daddr 203.0.113.0/24 tcp dport 443 accept",
      "drop",
    ]);
  });
});
