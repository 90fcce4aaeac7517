import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ApiError } from "../cloud-api.ts";
import { plainText } from "../plain-text.ts";
import { answeredAction, type Entry, type ListName, lists, pages, refusal } from "./schema.ts";

const HETZNER = "https://api.hetzner.cloud/v1";
/** Milliseconds that an answer may take. */
const PATIENCE = 15_000;
/** Milliseconds that an action may take: Hetzner starts a server within a minute. */
const ACTION = 300_000;

/** The part of the Hetzner Cloud API that looks at servers and switches them. Every answer is read by a schema. */
export class CloudApi {
  readonly #base: string;
  readonly #token: string;

  /** @param endpoint base URL with /v1; undefined: Hetzner's own */
  constructor(endpoint: string | undefined, token: string) {
    this.#base = (endpoint ?? HETZNER).replace(/\/+$/, "");
    this.#token = token;
  }

  /**
   * A list, all pages of it.
   *
   * @throws ApiError
   */
  async list<Name extends ListName>(
    name: Name,
    query: Record<string, string> = {},
  ): Promise<Entry<Name>[]> {
    const found: Entry<Name>[] = [];
    const entries = z.object({ [name]: z.array(lists[name]) });
    for (let page: number | undefined = 1; page !== undefined; ) {
      const search = new URLSearchParams({ ...query, page: `${page}`, per_page: "50" });
      const answer: unknown = await this.#ask("GET", `${name}?${search}`);
      const read = entries.safeParse(answer);
      if (!read.success) throw this.#unreadable(name);
      found.push(...((read.data as Record<string, unknown>)[name] as Entry<Name>[]));
      page = pages.safeParse(answer).data?.meta?.pagination?.next_page ?? undefined;
    }
    return found;
  }

  /**
   * Has something done and waits until it is.
   *
   * @param path such as "servers/42/actions/poweron"
   * @throws ApiError when it is refused or fails
   */
  async act(path: string, body?: Record<string, unknown>): Promise<void> {
    const deadline = Date.now() + ACTION;
    let { action } = this.#action(await this.#ask("POST", path, body), path);
    for (let pause = 200; action.status === "running"; pause = Math.min(2 * pause, 5000)) {
      if (Date.now() > deadline) throw new ApiError(`${path} is not done after 5 minutes`);
      await sleep(pause);
      ({ action } = this.#action(await this.#ask("GET", `actions/${action.id}`), path));
    }
    if (action.status === "error") {
      throw new ApiError(`${path} failed: ${plainText(action.error?.message ?? "no reason told")}`);
    }
  }

  #action(answer: unknown, path: string): z.infer<typeof answeredAction> {
    const read = answeredAction.safeParse(answer);
    if (!read.success) throw this.#unreadable(path);
    return read.data;
  }

  #unreadable(what: string): ApiError {
    return new ApiError(`the answer of ${this.#base} about ${what} cannot be read`);
  }

  async #ask(method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.#base}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE),
    }).catch(() => {
      throw new ApiError(`the Hetzner Cloud API does not answer at ${this.#base}; try again later`);
    });
    const text = await answer.text();
    const read = text === "" ? undefined : readJson(text);
    if (answer.ok) return read;
    const why = refusal.safeParse(read).data?.error;
    const reason = why === undefined ? "" : `: ${plainText(why.message)} (${plainText(why.code)})`;
    throw new ApiError(`${this.#base}/${path} answers HTTP ${answer.status}${reason}`);
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
