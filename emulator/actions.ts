import type { Action } from "./store/records.ts";
import type { Store } from "./store/store.ts";
import { timestamp } from "./timestamp.ts";

export type Target = Action["resources"][number];

/** What an action does outside the store, for example starting a machine. */
export type Work = () => Promise<void>;

/** Starts actions, runs their work in order per server, and ends them in success or error. */
export class Actions {
  readonly #store: Store;
  readonly #running = new Map<number, Action>();
  readonly #queues = new Map<number, Promise<void>>();

  constructor(store: Store) {
    this.#store = store;
    for (const action of store.tables.actions.values()) {
      if (action.status === "running") this.#running.set(action.id, action);
    }
  }

  /** An action that is done as soon as it is asked for: clients need not poll. */
  done(command: string, ...resources: Target[]): Action {
    const action = this.#create(command, resources);
    this.#finish(action, null);
    return action;
  }

  /** An action whose `work` takes time. Actions of one `server` run one after the other. */
  start(command: string, server: number, resources: Target[], work: Work): Action {
    const action = this.#create(command, resources);
    this.#running.set(action.id, action);
    this.#enqueue(action, server, work);
    return action;
  }

  /** Goes on with an action that a stop of the emulator has interrupted. */
  resume(action: Action, server: number, work: Work): void {
    this.#enqueue(action, server, work);
  }

  /** Actions that have not ended. */
  running(): Action[] {
    return [...this.#running.values()];
  }

  /** True while an action on this resource is under way. */
  locks(type: string, id: number): boolean {
    return this.running().some((a) => a.resources.some((r) => r.type === type && r.id === id));
  }

  /** Resolves when no work on this server is under way. */
  async settled(server: number): Promise<void> {
    while (this.#queues.has(server)) await this.#queues.get(server);
  }

  /** Resolves when no work is under way. */
  async idle(): Promise<void> {
    while (this.#queues.size > 0) await Promise.all(this.#queues.values());
  }

  #create(command: string, resources: Target[]): Action {
    const action: Action = {
      id: this.#store.nextId("actions"),
      command,
      status: "running",
      progress: 0,
      started: timestamp(),
      finished: null,
      resources,
      error: null,
    };
    this.#store.tables.actions.set(action.id, action);
    return action;
  }

  #enqueue(action: Action, server: number, work: Work): void {
    const before = this.#queues.get(server) ?? Promise.resolve();
    const mine = before.then(() => this.#perform(action, work));
    this.#queues.set(server, mine);
    void mine.finally(() => {
      if (this.#queues.get(server) === mine) this.#queues.delete(server);
    });
  }

  async #perform(action: Action, work: Work): Promise<void> {
    try {
      await work();
      this.#finish(action, null);
    } catch (cause) {
      this.#finish(action, cause instanceof Error ? cause.message : String(cause));
    }
    await this.#store.commit().catch(() => {}); // the next answered request reports a full disk
  }

  #finish(action: Action, failure: string | null): void {
    action.status = failure === null ? "success" : "error";
    action.progress = 100;
    action.finished = timestamp();
    action.error = failure === null ? null : { code: "action_failed", message: failure };
    this.#running.delete(action.id);
  }
}
