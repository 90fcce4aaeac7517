import { z } from "zod";
import { readAnswer } from "./lines.ts";

const text = z.string().max(100_000);
const word = z.string().max(500);
const count = z.coerce.number().int().nonnegative();
/** "2026-01-01T00:00:00Z", or nothing. */
const time = z.union([z.iso.datetime({ offset: true }), z.literal("")]);
/** Seconds since 1970 as RFC 3339. */
const moment = z.union([z.literal("").transform(() => ""), count.transform(asTime)]);

function asTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000", "");
}

const slot = z.object({
  environment: word,
  /** serving; canary, with its weight in percent; standby; idle: has never served. */
  role: z.enum(["serving", "canary", "standby", "idle"]),
  slot: word,
  release: word,
  image: word,
  commit: word,
  /** Docker's state of the container: running, exited, … */
  state: word,
  /** Docker's health: healthy, unhealthy, starting, or none without a health check. */
  health: word,
  since: time,
  id: word,
  weight: z.union([z.literal("").transform(() => 0), count]),
});
/** What runs in a slot of an environment. */
export type Slot = z.infer<typeof slot>;

const history = z.object({
  started: word,
  /** release, canary, promote, rollback, restore, copy or load. */
  action: word,
  release: word,
  image: word,
  commit: word,
  by: word,
  /** served, failed or killed. */
  result: word,
  seconds: count,
  /** Whether it can be rolled back to without a registry. */
  kept: z.enum(["yes", "no"]).transform((kept) => kept === "yes"),
});
/** One thing that was done to an environment. */
export type History = z.infer<typeof history>;

const preview = z.object({
  slug: word,
  /** Percent-encoded. */
  branch: text.transform(decoded),
  url: text,
  commit: word,
  /** awake, asleep, coming, going, or gone with its VM. */
  state: word,
  created: moment,
  expires: moment,
  by: word,
});
/** A preview. */
export type Preview = z.infer<typeof preview>;

function decoded(branch: string): string {
  try {
    return decodeURIComponent(branch);
  } catch {
    return branch;
  }
}

const maintenance = z.object({
  state: z.enum(["on", "off"]),
  since: time.optional(),
  settings: z.object({ message: text, retryAfter: count, allow: z.array(word) }).optional(),
});
/** The page that visitors see instead of the app. */
export interface Maintenance {
  since: string;
  message: string;
  retryAfter: number;
  allow: string[];
}

const holder = z.object({ by: word, action: word, release: word, since: word, step: word });
/** Who is at work on an environment. */
export type Holder = z.infer<typeof holder>;

const disk = z.object({
  /** data: the volume; system: the server's own, with images and logs. */
  name: z.enum(["data", "system"]),
  /** Megabytes. */
  size: count,
  free: count,
});
/** How much space there is. */
export type Disk = z.infer<typeof disk>;

const backups = z.object({
  environment: word,
  /** Since when there are any. */
  begun: time,
  /** When a segment of the database's log was stored last. */
  archived: time,
  /** When storing one failed, if none was stored since, and why, where that is known. */
  failed: time,
  failed_what: word.default(""),
  /** Segments that wait to be stored, and since when the oldest does; undefined: the database does not answer. */
  waiting: z.union([z.literal("").transform(() => undefined), count]),
  oldest: time,
  /** How much they are, and from when on they are given up. */
  megabytes: count,
  most: count,
  /** Segments given up since the last backup, because they would have filled the volume. */
  dropped: count,
  backup: time,
  /** passed or failed; empty: there was none. */
  backup_result: word,
  backup_what: word,
  /** When one passed last. */
  backup_passed: time,
  drill: time,
  drill_result: word,
  drill_what: word,
  drill_passed: time,
});
/** How an environment's backups are. */
export type Backups = z.infer<typeof backups>;

const survey = z.object({
  /** Megabytes. */
  free: count,
  /** How the last thing that was done to the environment ended: served, failed or killed; empty: there is none. */
  result: word,
  /** The address that it was asked from; empty on a VM whose host/ is older than this. */
  from: z.union([z.ipv4(), z.ipv6()]).catch(""),
});
/** What a deploy has to know of the VM before it begins. */
export interface Survey extends z.infer<typeof survey> {
  slots: Slot[];
  /** None on a VM whose host/ is older than this. */
  disks: Disk[];
  /** Whether somebody is at work on the environment. */
  held: boolean;
  /** Of each environment that has any. */
  backups: Backups[];
}

/** Of host/release/status. */
export const readSlots = (answer: string): Slot[] => readAnswer(answer, "slot", slot);
/** Of host/release/status too. */
export const readDisks = (answer: string): Disk[] => readAnswer(answer, "disk", disk);
/** Of host/release/status too: of each environment that has any. */
export const readBackups = (answer: string): Backups[] => readAnswer(answer, "backups", backups);
/** Of host/release/releases. */
export const readHistory = (answer: string): History[] => readAnswer(answer, "history", history);
/** Of host/previews/preview-list. */
export const readPreviews = (answer: string): Preview[] => readAnswer(answer, "preview", preview);
/** Of host/release/operate ENVIRONMENT holder. */
export const readHolder = (answer: string): Holder | undefined =>
  readAnswer(answer, "holder", holder)[0];

/** Of host/release/survey ENVIRONMENT; undefined: it tells of no space. */
export function readSurvey(answer: string): Survey | undefined {
  const [found] = readAnswer(answer, "survey", survey);
  if (found === undefined) return undefined;
  const held = readHolder(answer) !== undefined;
  const backups = readBackups(answer);
  return { ...found, slots: readSlots(answer), disks: readDisks(answer), held, backups };
}

/** Of host/edge/maintenance ENVIRONMENT status; undefined: off. */
export function readMaintenance(answer: string): Maintenance | undefined {
  const [found] = readAnswer(answer, "maintenance", maintenance);
  if (found?.state !== "on" || found.settings === undefined) return undefined;
  return { since: found.since ?? "", ...found.settings };
}

/** The slot that serves an environment; undefined: nothing does. */
export function servingIn(slots: Slot[], environment: string): Slot | undefined {
  return slots.find((slot) => slot.environment === environment && slot.role === "serving");
}

/** The slot of the newest release that visitors get: the canary's, or else what serves. */
export function newestIn(slots: Slot[], environment: string): Slot | undefined {
  const canary = slots.find((slot) => slot.environment === environment && slot.role === "canary");
  return canary ?? servingIn(slots, environment);
}
