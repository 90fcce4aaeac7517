import type { DiskTrouble } from "../vm/disks.ts";
import type { ServerCheck } from "./check.ts";
import { whyUnreachable } from "./objects.ts";

/**
 * What is wrong with the server that no plan of Terraform's shows: a line each.
 *
 * @param silence why the VM does not answer, where it does not
 */
export function serverFindings(
  { problems, missing, objects }: ServerCheck,
  disks: DiskTrouble[],
  silence: string | undefined,
): string[] {
  const lost = missing.map(
    ({ kind, name, id }) =>
      `Terraform's state lacks the ${kind} ${name} (id ${id}): scripts/deploy.sh stage takes it over`,
  );
  const reasons = missing.length > 0 || objects.server !== undefined ? whyUnreachable(objects) : [];
  return [
    ...problems,
    ...lost,
    ...reasons,
    ...(silence !== undefined && reasons.length === 0 ? [silence] : []),
    ...disks.map(({ line }) => line),
  ];
}
