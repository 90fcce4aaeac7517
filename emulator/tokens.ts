import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";
import type { Token } from "./store/records.ts";
import { FIRST_PROJECT, type Store } from "./store/store.ts";
import { timestamp } from "./timestamp.ts";

export type Access = Token["access"];

/** What a token opens. */
interface Grant {
  project: string;
  access: Access;
  /** The emulator's own: no fault strikes it, and nothing is counted. */
  internal?: boolean;
}

const digestOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** Who may do what in which project: the token of `cloud.json`, and those that were added. */
export class Tokens {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #grants = new Map<string, Grant>();

  /** `token` opens the first project for reading and writing, and cannot be removed. */
  constructor(store: Store, clock: Clock, token: string) {
    this.#store = store;
    this.#clock = clock;
    this.#grants.set(digestOf(token), { project: FIRST_PROJECT, access: "read_write" });
    for (const { digest, ...grant } of store.tables.tokens.values())
      this.#grants.set(digest, grant);
  }

  /** What a token opens; it is found by its digest, so that timing tells nothing of it. */
  grant(token: string): Grant | undefined {
    return this.#grants.get(digestOf(token));
  }

  list(): Token[] {
    return [...this.#store.tables.tokens.values()];
  }

  /** Adds a token; its text, 64 characters as Hetzner's, cannot be read again. */
  add(wish: Grant & { name: string }): { token: string; record: Token } {
    const token = randomBytes(32).toString("hex");
    const record: Token = {
      id: this.#store.nextId("tokens"),
      created: timestamp(this.#clock),
      name: wish.name,
      labels: {},
      project: wish.project,
      access: wish.access,
      digest: digestOf(token),
    };
    this.#store.tables.tokens.set(record.id, record);
    this.#grants.set(record.digest, record);
    return { token, record };
  }

  /** Opens a project for the emulator itself, as long as it runs. */
  internal(project: string): string {
    const token = randomBytes(32).toString("hex");
    this.#grants.set(digestOf(token), { project, access: "read_write", internal: true });
    return token;
  }

  /** False if there is none with this id. */
  remove(id: number): boolean {
    const record = this.#store.tables.tokens.get(id);
    if (record === undefined) return false;
    this.#grants.delete(record.digest);
    return this.#store.tables.tokens.delete(id);
  }
}
