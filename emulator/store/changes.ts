import type { Kind } from "./records.ts";
import type { Tables } from "./state.ts";

/** A row that is not on disk as it is now; `json` is "null" when it is gone. */
export interface Change {
  project: string;
  kind: Kind;
  id: number;
  json: string;
  /** It will not change any more. */
  final: boolean;
}

/** The rows as they are on disk, by project, kind and id. */
export class Saved {
  readonly #tables = new Map<string, Map<number, string>>();

  /**
   * What differs between memory and disk. Handlers change records as they like: comparing all of
   * them cannot overlook one, and costs about a microsecond for each.
   */
  changes(projects: Map<string, Tables>): Change[] {
    const found: Change[] = [];
    for (const [project, tables] of projects) {
      for (const kind of Object.keys(tables) as Kind[]) {
        const saved = this.#table(project, kind);
        const rows = tables[kind];
        for (const [id, row] of rows) {
          const known = saved.get(id);
          if (known === FINAL) continue;
          const json = JSON.stringify(row);
          const final = "finished" in row && row.finished !== null;
          if (json !== known) found.push({ project, kind, id, json, final });
        }
        for (const id of saved.keys()) {
          if (!rows.has(id)) found.push({ project, kind, id, json: "null", final: false });
        }
      }
    }
    return found;
  }

  /** These are on disk now. */
  add(changes: Change[]): void {
    for (const { project, kind, id, json, final } of changes) {
      const saved = this.#table(project, kind);
      if (json === "null") saved.delete(id);
      else saved.set(id, final ? FINAL : json);
    }
  }

  #table(project: string, kind: Kind): Map<number, string> {
    const key = `${kind} ${project}`;
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(key, table);
    }
    return table;
  }
}

/** Stands for a finished action, which need not be compared again. */
const FINAL = "final";
