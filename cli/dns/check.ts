import { liesInOne } from "../../config/proxies.ts";
import { type HostRecords, TTL } from "../../config/records.ts";
import type { Ask } from "./resolver.ts";

/** What was found where records should be. */
export interface Finding {
  records: HostRecords;
  /** What is there, or why nobody knows. */
  found: string;
  right: boolean;
  /** Whether it resolves to proxies that are trusted. */
  proxied: boolean;
}

/**
 * Asks for every record. Addresses must be exactly ours; of CAs there may be more. Where other people
 * keep the zone, a host may resolve to proxies instead.
 *
 * @param proxies their networks
 */
export async function checkRecords(
  records: HostRecords[],
  ask: Ask,
  proxies: readonly string[] = [],
): Promise<Finding[]> {
  const findings = await Promise.all(
    records.map(async (each) => {
      // Whatever nobody else has a record for shows the wildcard's.
      const proxied = false;
      const answer = await ask(each.host.replace(/^\*/, "onebox-check"), each.type);
      if ("trouble" in answer) {
        return { records: each, found: `no answer (${answer.trouble})`, right: false, proxied };
      }
      const there = answer.values.map((value) => canonical(each.type, value));
      const wanted = each.values.map((value) => canonical(each.type, value));
      const right =
        wanted.every((value) => there.includes(value)) &&
        (each.type === "CAA" || there.length === wanted.length);
      const { values } = answer;
      return {
        records: each,
        found: values.join(", ") || "nothing",
        right,
        proxied:
          !right &&
          each.zone === undefined &&
          each.type !== "CAA" &&
          values.length > 0 &&
          values.every((address) => liesInOne(address, proxies)),
      };
    }),
  );
  // A proxied host may do without IPv6, whatever the server has.
  const proxied = new Set(findings.filter((each) => each.proxied).map((each) => each.records.host));
  return findings.map((each) => {
    const without = each.records.type === "AAAA" && each.found === "nothing";
    const led = each.proxied || (without && proxied.has(each.records.host));
    return { ...each, proxied: led, right: each.right || led };
  });
}

/** One way of writing each address. */
function canonical(type: HostRecords["type"], value: string): string {
  return type === "AAAA" ? new URL(`http://[${value}]`).hostname : value;
}

/** What is wrong, a line each: what is there, and the record as a zone file would hold it. */
export function describeWrong(findings: Finding[]): string[] {
  return findings
    .filter(({ right }) => !right)
    .map(({ records: { host, type, values }, found }) => {
      const wanted = values.map((value) => `${host}. ${TTL} IN ${type} ${value}`).join(" and ");
      return `error: DNS has ${found} for ${host} ${type}; it should be: ${wanted}`;
    });
}

/** Every record with whether it is there, for people. */
export function describeAll(findings: Finding[]): string[] {
  const width = Math.max(0, ...findings.map(({ records }) => records.host.length));
  return findings.map(({ records: { host, type, values, zone }, found, right, proxied }) => {
    const keeper = zone === undefined ? "not kept by Onebox" : `zone ${zone}`;
    const line = `  ${right ? "✓" : "✗"} ${host.padEnd(width)}  ${type.padEnd(4)}  ${proxied ? `a proxy (${found})` : values.join(", ")}`;
    return right ? line : `${line}\n      found: ${found}; ${keeper}`;
  });
}
