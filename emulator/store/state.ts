import { randomInt } from "node:crypto";
import { Saved } from "./changes.ts";
import { Journal } from "./journal.ts";
import type { Collections, Kind } from "./records.ts";
import { Relations } from "./relations.ts";
import { upgraded } from "./upgrade.ts";

/** Ids start far apart, so that one of another kind is noticed where it is used by mistake. */
const FIRST_ID: Record<Kind, number> = {
  ssh_keys: 11_000_001,
  firewalls: 22_000_001,
  primary_ips: 33_000_001,
  floating_ips: 110_000_001,
  servers: 44_000_001,
  volumes: 55_000_001,
  images: 300_000_001,
  networks: 66_000_001,
  placement_groups: 77_000_001,
  load_balancers: 88_000_001,
  certificates: 120_000_001,
  storage_boxes: 130_000_001,
  storage_box_snapshots: 140_000_001,
  storage_box_subaccounts: 150_000_001,
  zones: 99_000_001,
  actions: 990_000_001,
  tokens: 1,
};
const KINDS = Object.keys(FIRST_ID) as Kind[];

/** Finished actions of a project beyond this number are forgotten, oldest first. */
const ACTIONS_KEPT = 10_000;

export type Tables = { [K in Kind]: Map<number, Collections[K]> };
type Next = Record<Kind, number>;
type Rows = { [K in Kind]?: Collections[K][] };

/** A snapshot on disk; version 1 knew one project and no log. */
type Snapshot =
  | ({ version: 1; next: Partial<Next> } & Rows)
  | { version: 2; next: Partial<Next>; projects: Record<string, Rows> };

/** What a commit has changed: project, kind, id, and the row, or null when it was deleted. */
interface Line {
  next: Partial<Next>;
  changes: [string, Kind, number, unknown][];
}

/** All state of the cloud: maps in memory, a journal on disk. */
export class State {
  readonly relations = new Relations();
  readonly #projects = new Map<string, Tables>();
  readonly #saved = new Saved();
  readonly #journal: Journal | null;
  #next: Next = firstIds();
  #writing: Promise<void> = Promise.resolve();
  #queued: Promise<void> | null = null;

  constructor(path: string | null) {
    this.#journal = path === null ? null : new Journal(path);
    this.#journal?.load(
      (snapshot) => this.#restore(snapshot as Snapshot),
      (line) => this.#apply(line as Line),
    );
    this.#saved.add(this.#saved.changes(this.#projects));
  }

  projects(): string[] {
    return [...this.#projects.keys()];
  }

  tables(project: string): Tables {
    let tables = this.#projects.get(project);
    if (tables === undefined) {
      tables = Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as unknown as Tables;
      this.#projects.set(project, tables);
    }
    return tables;
  }

  nextId(kind: Kind): number {
    return this.#next[kind]++;
  }

  /** Calls that come while a write is under way share the next one. */
  commit(): Promise<void> {
    if (this.#journal === null) return Promise.resolve();
    this.#queued ??= this.#writing
      .catch(() => {}) // that failure was reported to those who waited for it
      .then(() => {
        this.#queued = null;
        this.#writing = this.#write();
        return this.#writing;
      });
    return this.#queued;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#journal?.close();
  }

  async #write(): Promise<void> {
    if (this.#journal === null) return;
    this.#forget();
    const found = this.#saved.changes(this.#projects);
    if (found.length === 0) return;
    const changes = found.map(({ project, kind, id, json }) => {
      return `[${JSON.stringify(project)},"${kind}",${id},${json}]`;
    });
    const next = JSON.stringify(this.#next);
    await this.#journal.append(`"next":${next},"changes":[${changes.join()}]`);
    this.#saved.add(found);
    if (!this.#journal.large) return;
    await this.#journal.replace(this.#whole()).catch(() => {}); // the log holds it all; next time
  }

  #restore(snapshot: Snapshot): void {
    if (snapshot.version !== 1 && snapshot.version !== 2) {
      throw new Error(`version ${(snapshot as { version: unknown }).version} is not known`);
    }
    this.#next = { ...this.#next, ...snapshot.next };
    const projects = snapshot.version === 1 ? { default: snapshot } : snapshot.projects;
    for (const [project, rows] of Object.entries(projects)) {
      for (const kind of KINDS) {
        const table = this.#table(project, kind);
        for (const row of rows[kind] ?? []) table.set(row.id, upgraded(kind, row));
      }
    }
  }

  #apply(line: Line): void {
    this.#next = { ...this.#next, ...line.next };
    for (const [project, kind, id, row] of line.changes) {
      const table = this.#table(project, kind);
      if (row === null) table.delete(id);
      else table.set(id, upgraded(kind, row as { id: number }));
    }
  }

  #table(project: string, kind: Kind): Map<number, { id: number }> {
    return this.tables(project)[kind] as Map<number, { id: number }>;
  }

  #whole(): string {
    const projects: Record<string, Rows> = {};
    for (const [name, tables] of this.#projects) {
      const rows = KINDS.map((kind) => [kind, [...tables[kind].values()]]);
      projects[name] = Object.fromEntries(rows);
    }
    return `"version":2,"next":${JSON.stringify(this.#next)},"projects":${JSON.stringify(projects)}`;
  }

  #forget(): void {
    for (const { actions } of this.#projects.values()) {
      for (const [id, action] of actions) {
        if (actions.size <= ACTIONS_KEPT) break;
        if (action.status !== "running") actions.delete(id);
      }
    }
  }
}

/**
 * Where a new cloud begins to count: anywhere within its kinds' ranges. A client that remembers ids
 * of a cloud before this one must not find them again on other resources.
 */
function firstIds(): Next {
  const offset = randomInt(0, 9_000) * 1_000;
  return Object.fromEntries(KINDS.map((kind) => [kind, FIRST_ID[kind] + offset])) as Next;
}
