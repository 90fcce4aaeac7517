import { agoOf, renderTable, shortCommit } from "../table.ts";
import type { Slot } from "./answers.ts";
import type { DiskTrouble } from "./disks.ts";

/** What one environment serves; fields are null when it serves nothing. */
export interface EnvironmentStatus {
  environment: string;
  url: string;
  address: string | null;
  image: string | null;
  release: string | null;
  commit: string | null;
  digest: string | null;
  /** Docker's state of the container: running, exited, … */
  state: string | null;
  /** Docker's health: healthy, unhealthy, starting, or none without a health check. Unhealthy with a full disk, too. */
  health: string | null;
  /** What is wrong with the VM that it runs on, for people. */
  problems: string[];
  /** When the container was started, RFC 3339. */
  since: string | null;
  /** A release that gets `weight` percent of the traffic. */
  canary: (OtherRelease & { weight: number }) | null;
  /** The previous release, which a rollback serves again at once. */
  standby: OtherRelease | null;
}

/** A release beside the one that serves. */
interface OtherRelease {
  release: string;
  commit: string;
  state: string;
}

/** Where the environments are. */
export interface Place {
  /** The VM's; empty: there is none. */
  address: string;
  scheme: "http" | "https";
  /** Environment to host name; each gets a row, served or not. */
  hosts: Record<string, string>;
  /** Its disks that are full, or nearly. */
  disks: DiskTrouble[];
}

/** What each environment serves, of what the VM tells of its slots. */
export function statusOf(slots: Slot[], place: Place): EnvironmentStatus[] {
  const { address, scheme, hosts, disks } = place;
  const full = disks.some(({ level }) => level === "full");
  return Object.entries(hosts).map(([environment, host]) => {
    const find = (role: Slot["role"]) =>
      slots.find((slot) => slot.environment === environment && slot.role === role);
    const serving = find("serving");
    const canary = find("canary");
    const standby = find("standby");
    return {
      environment,
      url: `${scheme}://${host}`,
      address: address || null,
      image: serving?.image ?? null,
      release: serving?.release ?? null,
      commit: serving?.commit ?? null,
      digest: serving?.image.split("@")[1] ?? null,
      state: serving?.state ?? null,
      health: serving === undefined ? null : full ? "unhealthy" : serving.health,
      problems: disks.map(({ line }) => line),
      since: serving?.since ?? null,
      canary: canary === undefined ? null : { ...beside(canary), weight: canary.weight },
      standby: standby === undefined ? null : beside(standby),
    };
  });
}

function beside({ release, commit, state }: Slot): OtherRelease {
  return { release, commit, state };
}

/** Renders the table that a person reads. */
export function renderStatus(rows: EnvironmentStatus[], now: Date): string {
  const cells = rows.flatMap((row) => [
    [
      row.environment,
      row.url,
      row.address ?? "-",
      row.release ?? "nothing yet",
      row.commit === null ? "-" : shortCommit(row.commit),
      row.health !== null && row.health !== "none" ? row.health : (row.state ?? "-"),
      row.since === null ? "-" : agoOf(row.since, now),
    ],
    ...(row.canary === null ? [] : [below(row.canary, `canary, ${row.canary.weight} %`)]),
    ...(row.standby === null ? [] : [below(row.standby, "stands by")]),
  ]);
  const head = ["ENVIRONMENT", "URL", "ADDRESS", "RELEASE", "COMMIT", "STATE", "SINCE"];
  const problems = new Set(rows.flatMap((row) => row.problems));
  return [renderTable([head, ...cells]), ...[...problems].map((line) => `  ! ${line}`)].join("\n");
}

/** The row of a release beside the one that serves, under it. */
function below({ release, commit, state }: OtherRelease, role: string): string[] {
  return ["", "", "", release, shortCommit(commit), state === "running" ? role : state, ""];
}
