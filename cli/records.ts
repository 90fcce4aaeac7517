import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { proxiesOf } from "../config/proxies.ts";
import { type Addresses, recordsOf } from "../config/records.ts";
import { checkRecords, type Finding } from "./dns/check.ts";
import { createAsk } from "./dns/resolver.ts";
import type { Project } from "./project.ts";

/** Asks for the records of every host of the configuration; for those that are wrong, again for so many seconds. */
export async function lookAtRecords(
  { config, cloud }: Project,
  addresses: Addresses,
  patience = 0,
): Promise<Finding[]> {
  const records = recordsOf(config, cloud, addresses);
  const deadline = Date.now() + 1000 * patience;
  const check = () => checkRecords(records, createAsk(cloud.nameserver), proxiesOf(config));
  let findings = await check();
  while (findings.some(({ right }) => !right) && Date.now() < deadline) {
    await sleep(500);
    findings = await check();
  }
  return findings;
}

const nameservers = z.record(z.string(), z.array(z.string()));

/** Says what the registrar of each of our zones has to be told. @param output that of the dns stack */
export function describeNameservers(output: unknown): string[] {
  const zones = nameservers.safeParse(output);
  if (!zones.success) return []; // no zone was made yet
  const lines = Object.entries(zones.data).map(([zone, names]) => `  ${zone}: ${names.join(", ")}`);
  return ["", "Name servers, for the domains' registrar:", ...lines];
}
