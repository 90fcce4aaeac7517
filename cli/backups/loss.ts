import { RefusedError } from "../errors.ts";
import { agoOf } from "../table.ts";
import { type Backup, reachOf } from "./list.ts";
import type { Target } from "./target.ts";

/**
 * Refuses what no backup reaches.
 *
 * @throws RefusedError
 */
export function refuseTarget(target: Target, backups: Backup[]): void {
  const reach = reachOf(backups);
  if (reach === undefined) throw new RefusedError("there is no backup to restore");
  if (target.kind === "time" && target.time < reach) {
    throw new RefusedError(
      `--to: the oldest backup is of ${reach.toISOString()}, nothing earlier can be restored`,
    );
  }
  if (target.kind === "backup" && !backups.some(({ label }) => label === target.label)) {
    throw new RefusedError(
      `--to: there is no backup ${target.label}; scripts/backup.sh list shows them`,
    );
  }
  const from = backups.findLast(({ label, timestamp }) =>
    target.kind === "backup"
      ? label === target.label
      : target.kind === "newest" || timestamp.stop * 1000 <= target.time.getTime(),
  );
  if (from?.before === undefined) return;
  throw new RefusedError(
    `--to: that is of Postgres ${from.before}, as it was before scripts/db.sh upgrade; the present one cannot read it`,
  );
}

/** Says what a restore takes away. */
export function describeLoss(environment: string, target: Target, now: Date): string {
  if (target.kind === "newest") {
    return `This restores ${environment}'s database to all that is stored. What is written until then is not lost.`;
  }
  const since =
    target.kind === "time"
      ? `${target.time.toISOString()} (${agoOf(target.time.toISOString(), now)} ago)`
      : `backup ${target.label}`;
  return `This takes everything away that was written to ${environment}'s database since ${since}, and brings the app's files back as they were backed up then.`;
}
