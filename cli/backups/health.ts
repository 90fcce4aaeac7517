import { agoOf } from "../table.ts";
import type { Backups } from "../vm/answers.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A segment of the log that waits for so long is not about to be stored. */
const LOG_LATE = 2 * MINUTE;
/** Backups are made each night, drills each week. */
const BACKUP_OLD = 36 * HOUR;
const DRILL_OLD = 9 * DAY;

/** What host/backups/alarm goes by, in seconds. */
export const alarmLimits = (): Record<string, number> => ({
  LOG_LATE: LOG_LATE / 1000,
  BACKUP_OLD: BACKUP_OLD / 1000,
  DRILL_OLD: DRILL_OLD / 1000,
});

/** What is wrong with an environment's backups, a line each; none: they are as they should be. */
export function problemsOf(state: Backups, now: Date): string[] {
  const { environment, failed, failed_what, waiting, megabytes, most, oldest } = state;
  const { begun, dropped, backup_passed, drill_passed } = state;
  const age = (time: string) => now.getTime() - Date.parse(time);
  const problems: string[] = [];
  if (waiting === undefined) {
    problems.push(
      `its database does not answer; scripts/logs.sh ${environment} --service database says why`,
    );
  } else if (waiting > 0 && oldest !== "" && age(oldest) > LOG_LATE) {
    const since = failed === "" ? "" : ", and the last try failed";
    const why = failed_what || `scripts/logs.sh ${environment} --service database says why`;
    problems.push(
      `${waiting} segments of its log wait to be stored, for ${agoOf(oldest, now)}${since}: ${megabytes} MB on the volume, and from ${most} MB on they are given up; ${why}`,
    );
  }
  if (dropped > 0) {
    problems.push(
      `${dropped} segments of its log were given up, so moments before the next backup cannot be restored; scripts/backup.sh now ${environment}`,
    );
  }
  if (state.backup_result === "failed") {
    problems.push(
      `the last backup failed: ${state.backup_what}; scripts/backup.sh now ${environment}`,
    );
  } else if (backup_passed === "") {
    problems.push(`there is no backup yet; scripts/backup.sh now ${environment}`);
  }
  if (backup_passed !== "" && age(backup_passed) > BACKUP_OLD) {
    problems.push(
      `the newest backup is ${agoOf(backup_passed, now)} old; scripts/backup.sh now ${environment}`,
    );
  }
  if (state.drill_result === "failed") {
    problems.push(`the last drill failed: ${state.drill_what}`);
  } else if (age(drill_passed || begun) > DRILL_OLD) {
    const last =
      drill_passed === ""
        ? "there was no drill yet"
        : `the last drill is ${agoOf(drill_passed, now)} old`;
    problems.push(`${last}; scripts/backup.sh drill ${environment}`);
  }
  return problems;
}

/** For machines. Times are RFC 3339; null: never. */
export function backupStatus(state: Backups, now: Date): object {
  const { archived, backup_passed, drill_passed } = state;
  return {
    log: archived || null,
    backup: backup_passed || null,
    drill: drill_passed || null,
    problems: problemsOf(state, now),
  };
}

/** Says in a line how old things are. */
export function describeBackups(state: Backups, now: Date): string {
  const { environment, archived, backup_passed, drill_passed } = state;
  const ago = (time: string) => (time === "" ? "never" : `${agoOf(time, now)} ago`);
  return `${environment}: log stored ${ago(archived)}, backup ${ago(backup_passed)}, drill ${ago(drill_passed)}`;
}

/** The lines for a person: how it is, and what is wrong. */
export function renderBackups(states: Backups[], now: Date): string {
  return states
    .flatMap((state) => [
      describeBackups(state, now),
      ...problemsOf(state, now).map((problem) => `  ! ${state.environment}: ${problem}`),
    ])
    .join("\n");
}
