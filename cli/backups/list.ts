import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../../config/load.ts";
import { FailedError } from "../errors.ts";
import { agoOf, renderTable } from "../table.ts";

const backup = z.object({
  label: z.string(),
  type: z.enum(["full", "incr", "diff"]),
  error: z.boolean().nullish(),
  timestamp: z.object({ start: z.number(), stop: z.number() }),
  database: z.object({ id: z.number() }),
  info: z.object({ size: z.number(), repository: z.object({ delta: z.number() }) }),
});
const status = z.object({ code: z.number(), message: z.string() });
const stanza = z.object({
  name: z.string(),
  status,
  repo: z.array(z.object({ status })).optional(),
  db: z.array(z.object({ id: z.number(), version: z.string() })),
  backup: z.array(backup),
});

/** A backup, as pgBackRest calls it. */
export type Backup = z.infer<typeof backup> & {
  /** The Postgres whose it is, when another one has taken its place since. */
  before?: string;
};

/** pgBackRest's codes of a stanza that has no backups, which is no error. */
const NOTHING = [1, 2];

/**
 * Reads what `pgbackrest --output=json info` has told of an environment.
 *
 * @returns its backups, oldest first
 * @throws FailedError when the storage does not answer, or what it holds cannot be read
 */
export function readBackupList(text: string): Backup[] {
  const parsed = z.array(stanza).safeParse(parseJson(text));
  if (!parsed.success) throw new FailedError("the VM's answer about backups cannot be read");
  const [only] = parsed.data;
  if (only === undefined) return [];
  const { code, message } = only.status;
  if (code !== 0 && !NOTHING.includes(code)) {
    // Of a storage that does not answer, it tells there, and here no more than "other".
    const told = only.repo?.find((repo) => repo.status.code === code)?.status.message;
    throw new FailedError(`the backups cannot be read: ${reasonIn(told ?? message)}`);
  }
  const present = only.db.at(-1)?.id;
  return only.backup.map((each) => {
    const { id } = each.database;
    const before = only.db.find((database) => database.id === id)?.version ?? "another version";
    return id === present ? each : { ...each, before };
  });
}

/** Of pgBackRest's message, which may hold all of a request, the line that tells and the storage's own code; and what helps. */
function reasonIn(message: string): string {
  const [, line = message] = /\[\w+Error\] ([^\n]*)/.exec(message) ?? [];
  const code = /<Code>(\w+)</.exec(message)?.[1];
  const told = `${line.replace(/:$/, "").slice(0, 300)}${code === undefined ? "" : `: ${code}`}`;
  const remedies = readFileSync(join(root, "host/backups/remedies.tsv"), "utf8").split("\n");
  const [, helps] =
    remedies.map((line) => line.split("\t")).find(([sign = ""]) => told.includes(sign)) ?? [];
  return helps === undefined ? told : `${told}; ${helps}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** From when on any moment may be restored: the end of the oldest backup; undefined: there is none. */
export function reachOf(backups: Backup[]): Date | undefined {
  const [oldest] = backups;
  return oldest && new Date(oldest.timestamp.stop * 1000);
}

/** Renders the table that a person reads, newest first. */
export function renderBackupList(backups: Backup[], now: Date): string {
  const reach = reachOf(backups);
  if (reach === undefined) return "there is no backup yet";
  const size = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const rows = backups.toReversed().map(({ label, type, timestamp, info }) => {
    const stop = new Date(timestamp.stop * 1000).toISOString();
    return [
      label,
      type,
      stop.replace("T", " ").slice(0, 19),
      agoOf(stop, now),
      size(info.size),
      size(info.repository.delta),
    ];
  });
  return [
    renderTable([["BACKUP", "KIND", "WHEN (UTC)", "AGE", "DATABASE", "STORED"], ...rows]),
    "",
    `Moments since ${reach.toISOString().replace(".000", "")} can be restored, as far as their log is kept.`,
  ].join("\n");
}
