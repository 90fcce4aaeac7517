import type { Api } from "./api.ts";

const ROUNDS = 60;
const PAUSE_MS = 1000;

/** Remembers what the calls have made, and removes it. */
export class Made {
  readonly #paths: string[] = [];

  note(method: string, path: string, resource: { id: number } | undefined): void {
    if (method !== "POST" || resource === undefined) return;
    if (path.endsWith("/actions/create_image")) this.#paths.push(`/images/${resource.id}`);
    else if (/^\/\w+$/.test(path)) this.#paths.push(`${path}/${resource.id}`);
  }

  /** The newest first; what another one still needs is tried again. Returns what is left. */
  async remove(api: Api, rounds = ROUNDS): Promise<string[]> {
    for (let round = 0; this.#paths.length > 0 && round < rounds; round++) {
      if (round > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      for (const path of this.#paths.toReversed()) {
        const status = await api.ask("DELETE", path).then(
          (answer) => answer.status,
          () => 0,
        );
        if (status === 404 || (status >= 200 && status < 300)) {
          this.#paths.splice(this.#paths.indexOf(path), 1);
        }
      }
    }
    return [...this.#paths];
  }
}
