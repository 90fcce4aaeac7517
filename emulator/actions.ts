import { Clock } from "./clock.ts";
import { ApiError } from "./errors.ts";
import type { Action } from "./store/records.ts";
import type { Store } from "./store/store.ts";
import { timestamp } from "./timestamp.ts";

export type Target = Action["resources"][number];

/** What an action does outside the store, for example starting a machine. */
export type Work = () => Promise<void>;

/** Puts right what a failed action leaves behind. */
type Recover = (failure: NonNullable<Action["error"]>) => Promise<void>;

/** What someone wants to happen to an action: it lasts longer, or it fails without its work. */
export interface Interference {
  ms: number;
  error: Action["error"];
}

interface ActionOptions {
  clock?: Clock;
  /** Milliseconds that an action of this command takes at least. */
  duration?: (command: string) => number;
  interfere?: (action: Action) => Interference | null;
}

const STEPS = 4; // in which progress is told

/** Actions that go on beside others: a server with one of these under way is not locked. */
const NOT_LOCKING = new Set(["apply_firewall", "remove_firewall"]);

/** Starts actions, runs their work in order per server, and ends them in success or error. */
export class Actions {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #duration: (command: string) => number;
  readonly #interfere: (action: Action) => Interference | null;
  readonly #running = new Map<number, Action>();
  /** By the server's id, or the action's where no server takes part. */
  readonly #queues = new Map<number, Promise<void>>();

  constructor(store: Store, { clock, duration, interfere }: ActionOptions = {}) {
    this.#store = store;
    this.#clock = clock ?? new Clock();
    this.#duration = duration ?? (() => 0);
    this.#interfere = interfere ?? (() => null);
    for (const action of store.tables.actions.values()) {
      if (action.status === "running") this.#running.set(action.id, action);
    }
  }

  /**
   * An action without work: what it says is so already. In the instant profile it is done as soon
   * as it is asked for, and clients need not poll.
   */
  done(command: string, ...resources: Target[]): Action {
    const action = this.#create(command, resources);
    const interference = this.#interfere(action);
    if (this.#duration(command) === 0 && interference === null) this.#finish(action, null);
    else this.#enqueue(action, action.id, async () => {}, interference);
    return action;
  }

  /**
   * An action whose `work` takes time. Actions of one `server` run one after the other. `recover`
   * is called when it has failed.
   */
  start(
    command: string,
    server: number,
    resources: Target[],
    work: Work,
    recover?: Recover,
  ): Action {
    const action = this.#create(command, resources);
    this.#enqueue(action, server, work, this.#interfere(action), recover);
    return action;
  }

  /** Goes on with an action that a stop of the emulator has interrupted. */
  resume(action: Action, server: number, work: Work, recover?: Recover): void {
    this.#enqueue(action, server || action.id, work, null, recover);
  }

  /** Actions that have not ended. */
  running(): Action[] {
    return [...this.#running.values()];
  }

  /** True while an action on this resource is under way. */
  locks(type: string, id: number): boolean {
    for (const action of this.#running.values()) {
      if (NOT_LOCKING.has(action.command)) continue;
      if (action.resources.some((r) => r.type === type && r.id === id)) return true;
    }
    return false;
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
      started: timestamp(this.#clock),
      finished: null,
      resources,
      error: null,
    };
    this.#store.tables.actions.set(action.id, action);
    this.#running.set(action.id, action);
    return action;
  }

  #enqueue(
    action: Action,
    queue: number,
    work: Work,
    interference: Interference | null,
    recover?: Recover,
  ): void {
    const before = this.#queues.get(queue) ?? Promise.resolve();
    const mine = before.then(() => this.#perform(action, work, interference, recover));
    this.#queues.set(queue, mine);
    void mine.finally(() => {
      if (this.#queues.get(queue) === mine) this.#queues.delete(queue);
    });
  }

  async #perform(
    action: Action,
    work: Work,
    interference: Interference | null,
    recover: Recover = async () => {},
  ): Promise<void> {
    const elapsed = this.#elapse(action, this.#duration(action.command) + (interference?.ms ?? 0));
    let failure = interference?.error ?? null;
    try {
      if (failure === null) await this.#store.changing(work);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      const code = cause instanceof ApiError ? cause.code : "action_failed";
      failure = { code, message };
    }
    await elapsed;
    if (failure !== null) {
      const { code, message } = failure;
      await this.#store.changing(() => recover({ code, message })).catch(() => {}); // it is told anyway
    }
    this.#finish(action, failure);
    // Not waited for: the next action's time begins now. The next answered request reports a full disk.
    void this.#store.commit().catch(() => {});
  }

  async #elapse(action: Action, ms: number): Promise<void> {
    for (let step = 1; step <= STEPS && ms > 0; step++) {
      await this.#clock.sleep(ms / STEPS);
      action.progress = Math.min(99, Math.round((100 * step) / STEPS));
    }
  }

  #finish(action: Action, failure: Action["error"]): void {
    action.status = failure === null ? "success" : "error";
    action.progress = 100;
    action.finished = timestamp(this.#clock);
    action.error = failure;
    this.#running.delete(action.id);
  }
}
