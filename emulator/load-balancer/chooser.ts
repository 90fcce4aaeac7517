import type { LoadBalancer } from "../store/records.ts";
import type { Backend } from "./backends.ts";

/** Chooses the backend of a connection or a request, and counts what each has open. */
export class Chooser {
  readonly #open = new Map<string, number>();
  #last: string | null = null;

  /** The next backend of those given; null if there is none. */
  choose(
    backends: readonly Backend[],
    algorithm: LoadBalancer["algorithm"]["type"],
  ): Backend | null {
    // In turn: those after the last one come first.
    const at = backends.findIndex((backend) => backend.key === this.#last) + 1;
    const turn = [...backends.slice(at), ...backends.slice(0, at)];
    const least = Math.min(...turn.map((backend) => this.open(backend)));
    const chosen =
      algorithm === "round_robin" ? turn[0] : turn.find((backend) => this.open(backend) === least);
    if (chosen === undefined) return null;
    this.#last = chosen.key;
    return chosen;
  }

  open(backend: Backend): number {
    return this.#open.get(backend.key) ?? 0;
  }

  /** Counts something that begins at a backend; the function returned is to be called at its end. */
  begin({ key }: Backend): () => void {
    this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left === 0) this.#open.delete(key);
      else this.#open.set(key, left);
    };
  }
}
