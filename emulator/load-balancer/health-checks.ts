import type { Clock } from "../clock.ts";
import type { HealthCheck } from "../store/records.ts";
import type { Backend } from "./backends.ts";
import { type Finding, probe } from "./probe.ts";

export interface Health {
  status: "healthy" | "unhealthy" | "unknown";
  detail: string | null;
  http_status_code: number | null;
}

const UNKNOWN: Health = { status: "unknown", detail: null, http_status_code: null };
/** How soon a backend that is new, for example by its labels, is looked at. */
const REFRESH_MS = 1000;

interface Watched {
  health: Health;
  /** How many findings in a row were unlike the health. */
  against: number;
}

/**
 * Looks at the backends of one service again and again. The first success makes a backend healthy;
 * after that, as many findings in a row as the check's `retries` turn it over.
 */
export class HealthChecks {
  readonly #check: HealthCheck;
  readonly #clock: Clock;
  readonly #backends: () => Backend[];
  readonly #watched = new Map<string, Watched>();
  readonly #refreshing: NodeJS.Timeout;

  /** Between its looks it sleeps on `clock`. */
  constructor(check: HealthCheck, clock: Clock, backends: () => Backend[]) {
    this.#check = check;
    this.#clock = clock;
    this.#backends = backends;
    this.#refreshing = setInterval(() => this.refresh(), REFRESH_MS).unref();
    this.refresh();
  }

  of(key: string): Health {
    return this.#watched.get(key)?.health ?? UNKNOWN;
  }

  /** Begins with backends that are new, and forgets those that are gone. */
  refresh(): void {
    const backends = new Map(this.#backends().map((backend) => [backend.key, backend]));
    for (const key of this.#watched.keys()) {
      if (!backends.has(key)) this.#watched.delete(key);
    }
    for (const [key, backend] of backends) {
      if (this.#watched.has(key)) continue;
      const watched: Watched = { health: UNKNOWN, against: 0 };
      this.#watched.set(key, watched);
      void this.#watch(backend, watched);
    }
  }

  close(): void {
    clearInterval(this.#refreshing);
    this.#watched.clear();
  }

  /** Looks at a backend until it is forgotten. */
  async #watch(backend: Backend, watched: Watched): Promise<void> {
    while (this.#watched.get(backend.key) === watched) {
      const address = await backend.address().catch(() => null);
      const nowhere = { ok: false, detail: "layer4_no_connection", http_status_code: null };
      this.#judge(watched, address === null ? nowhere : await probe(address, this.#check));
      await this.#clock.sleep(this.#check.interval * 1000);
    }
  }

  #judge(watched: Watched, { ok, detail, http_status_code }: Finding): void {
    const { status } = watched.health;
    const found = ok ? "healthy" : "unhealthy";
    if (found === status) watched.against = 0;
    else watched.against += 1;
    const first = ok && status === "unknown";
    if (first || found === status || watched.against >= this.#check.retries) {
      watched.health = { status: found, detail, http_status_code };
      watched.against = 0;
    }
  }
}
