import type { Kind } from "./records.ts";
import { copy, same } from "./same.ts";
import type { Tables } from "./state.ts";

/** A row that is not on disk as it is now. */
export interface Change {
  project: string;
  kind: Kind;
  id: number;
  /** As it is to be written; null when it is gone. */
  row: unknown;
  json: string;
}

/** The rows as they are on disk, by project, kind and id. */
export class Saved {
  readonly #tables = new Map<string, Map<number, unknown>>();

  /**
   * What differs between memory and disk. Handlers change records as they like: comparing all of
   * them cannot overlook one, and takes a fraction of a microsecond for each.
   */
  changes(projects: Map<string, Tables>): Change[] {
    const found: Change[] = [];
    for (const [project, tables] of projects) {
      for (const kind of Object.keys(tables) as Kind[]) {
        const saved = this.#table(project, kind);
        const rows = tables[kind];
        for (const [id, row] of rows) {
          const known = saved.get(id);
          if (known === FINAL || (known !== undefined && same(row, known))) continue;
          found.push({ project, kind, id, row: kept(row), json: JSON.stringify(row) });
        }
        if (saved.size <= rows.size && found.length === 0) continue; // nothing is gone
        for (const id of saved.keys()) {
          if (!rows.has(id)) found.push({ project, kind, id, row: null, json: "null" });
        }
      }
    }
    return found;
  }

  /** These are on disk now. */
  add(changes: Change[]): void {
    for (const { project, kind, id, row } of changes) {
      const saved = this.#table(project, kind);
      if (row === null) saved.delete(id);
      else saved.set(id, row);
    }
  }

  #table(project: string, kind: Kind): Map<number, unknown> {
    const key = `${kind} ${project}`;
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(key, table);
    }
    return table;
  }
}

/** Stands for a finished action, which will not change any more. */
const FINAL = "final";
const kept = (row: object) => ("finished" in row && row.finished !== null ? FINAL : copy(row));
