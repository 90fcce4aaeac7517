import { randomInt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { writeAtomically } from "./atomic-file.ts";
import type { Collections, Kind } from "./records.ts";

/** Ids start far apart, so that one of another kind is noticed where it is used by mistake. */
const FIRST_ID: Record<Kind, number> = {
  ssh_keys: 11_000_001,
  firewalls: 22_000_001,
  primary_ips: 33_000_001,
  servers: 44_000_001,
  volumes: 55_000_001,
  actions: 990_000_001,
};
const KINDS = Object.keys(FIRST_ID) as Kind[];

/** Finished actions beyond this number are forgotten, oldest first. */
const ACTIONS_KEPT = 10_000;

type Tables = { [K in Kind]: Map<number, Collections[K]> };
type Saved = { version: 1; next: Record<Kind, number> } & { [K in Kind]: Collections[K][] };

/**
 * Where a new cloud begins to count: anywhere within its kinds' ranges. A client that remembers ids
 * of a cloud before this one must not find them again on other resources.
 */
function firstIds(): Record<Kind, number> {
  const offset = randomInt(0, 9_000) * 1_000;
  return Object.fromEntries(KINDS.map((kind) => [kind, FIRST_ID[kind] + offset])) as Record<
    Kind,
    number
  >;
}

/** All state of the cloud: maps in memory, one JSON file on disk. */
export class Store {
  readonly tables: Tables;
  #next: Record<Kind, number>;
  readonly #path: string | null;
  #writing: Promise<void> = Promise.resolve();
  #queued: Promise<void> | null = null;

  /** Opens the store at `path`, or one that lives in memory only. */
  constructor(path: string | null) {
    this.#path = path;
    const saved = path !== null && existsSync(path) ? read(path) : null;
    this.#next = saved?.next ?? firstIds();
    this.tables = Object.fromEntries(
      KINDS.map((kind) => [kind, new Map((saved?.[kind] ?? []).map((row) => [row.id, row]))]),
    ) as Tables;
  }

  /** The next id of a kind; ids are never used twice. */
  nextId(kind: Kind): number {
    return this.#next[kind]++;
  }

  /**
   * Resolves when all that was changed before the call is on disk. Calls that come while a write is
   * under way share the next one.
   */
  commit(): Promise<void> {
    if (this.#path === null) return Promise.resolve();
    this.#queued ??= this.#writing
      .catch(() => {}) // that failure was reported to those who waited for it
      .then(() => {
        this.#queued = null;
        this.#writing = this.#write();
        return this.#writing;
      });
    return this.#queued;
  }

  async #write(): Promise<void> {
    if (this.#path === null) return;
    const { actions } = this.tables;
    for (const [id, action] of actions) {
      if (actions.size <= ACTIONS_KEPT) break;
      if (action.status !== "running") actions.delete(id);
    }
    const rows = KINDS.map((kind) => [kind, [...this.tables[kind].values()]]);
    const saved = { version: 1, next: this.#next, ...Object.fromEntries(rows) };
    await writeAtomically(this.#path, JSON.stringify(saved));
  }
}

function read(path: string): Saved {
  const saved = JSON.parse(readFileSync(path, "utf8")) as Saved;
  if (saved.version !== 1) throw new Error(`version ${String(saved.version)} is not known`);
  return saved;
}
