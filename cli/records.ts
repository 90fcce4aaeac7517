import { z } from "zod";
import { proxiesOf } from "../config/proxies.ts";
import { type Addresses, recordsOf } from "../config/records.ts";
import { checkRecords, type Finding } from "./dns/check.ts";
import { createAsk } from "./dns/resolver.ts";
import { poll } from "./poll.ts";
import type { Project } from "./project.ts";

/** Asks for the records of every host of the configuration; for those that are wrong, again for so many seconds. */
export async function lookAtRecords(
  { config, cloud }: Project,
  addresses: Addresses,
  patience = 0,
): Promise<Finding[]> {
  const records = recordsOf(config, cloud, addresses);
  const check = () => checkRecords(records, createAsk(cloud.nameserver), proxiesOf(config));
  return poll(check, (findings) => findings.every(({ right }) => right), {
    within: 1000 * patience,
    pause: 500,
  });
}

const nameservers = z.record(z.string(), z.array(z.string()));

/** Says what the registrar of each of our zones has to be told. @param output that of the dns stack */
export function describeNameservers(output: unknown): string[] {
  const zones = nameservers.safeParse(output);
  if (!zones.success) return []; // no zone was made yet
  const lines = Object.entries(zones.data).map(([zone, names]) => `  ${zone}: ${names.join(", ")}`);
  return ["", "Name servers, for the domains' registrar:", ...lines];
}
