import type { Collections, Kind } from "./records.ts";
import { State, type Tables } from "./state.ts";

/** The project that the token of `cloud.json` is for. */
export const FIRST_PROJECT = "default";

/** What one project holds. All projects are in one state, and no id is used twice among them. */
export class Store {
  readonly project: string;
  readonly tables: Tables;
  readonly #state: State;

  /** Opens the state at `path`, or one that lives in memory only, and shows its first project. */
  constructor(path: string | null, state = new State(path), project = FIRST_PROJECT) {
    this.#state = state;
    this.project = project;
    this.tables = state.tables(project);
  }

  /** Another project of the same state; it comes to be by its first resource. */
  of(project: string): Store {
    return new Store(null, this.#state, project);
  }

  /** Names of all projects that hold something, and this one's. */
  projects(): string[] {
    return this.#state.projects();
  }

  /** The rows of a kind in all projects. */
  *everywhere<K extends Kind>(kind: K): Generator<Collections[K]> {
    for (const project of this.projects()) yield* this.#state.tables(project)[kind].values();
  }

  /** The rows of a kind whose field has this value, without looking at all when nothing changes. */
  related<K extends Kind, F extends keyof Collections[K] & string>(
    kind: K,
    field: F,
    value: Collections[K][F],
  ): readonly Collections[K][] {
    const rows = this.tables[kind] as Map<number, Collections[K]>;
    return this.#state.relations.find(`${this.project} ${kind}`, rows, field, value);
  }

  /** Whatever changes records does so within `work`. */
  changing<T>(work: () => Promise<T>): Promise<T> {
    return this.#state.relations.during(work);
  }

  /** The next id of a kind; ids are never used twice. */
  nextId(kind: Kind): number {
    return this.#state.nextId(kind);
  }

  /** Resolves when all that was changed before the call, in any project, is on disk. */
  commit(): Promise<void> {
    return this.#state.commit();
  }

  close(): Promise<void> {
    return this.#state.close();
  }
}
