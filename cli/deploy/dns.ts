import { describeWrong } from "../dns/check.ts";
import { keepsZones } from "../project.ts";
import { lookAtRecords } from "../records.ts";
import type { Access } from "../server.ts";
import type { Step } from "../steps.ts";
import { workOnStack } from "../terraform/apply.ts";

/**
 * Brings our zones up to date, and looks at the record of each host. Name servers may take a moment.
 *
 * @param patience seconds for which somebody else's work is waited for
 * @returns what is wrong, a line each
 */
export async function bringRecords(
  { project, terraform, vm, server }: Access,
  patience: number,
  step: Step,
): Promise<string[]> {
  const kept = keepsZones(project);
  if (kept) {
    step.progress("terraform apply");
    const command: [string, ...string[]] = ["apply", "-auto-approve"];
    await workOnStack(terraform, { stack: "dns", command, patience }, vm, step);
  }
  step.progress("asking for the records");
  const addresses = { ipv4: server.address, ipv6: server.address6 };
  const findings = await lookAtRecords(project, addresses, kept ? 30 : 0);
  return findings.some(({ right }) => !right) ? describeWrong(findings) : [];
}
