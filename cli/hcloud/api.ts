import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { plainText } from "../plain-text.ts";
import { whyUnreached } from "../unreached.ts";
import {
  answeredAction,
  counted,
  type Entry,
  type ListName,
  lists,
  pages,
  refusal,
} from "./schema.ts";

const HETZNER = "https://api.hetzner.cloud/v1";
/** Milliseconds that an answer may take. */
const PATIENCE = 15_000;
/** Milliseconds that an action may take: Hetzner starts a server within a minute. */
const ACTION = 300_000;

/** The Hetzner Cloud API does not answer, or not as it should; the message is for people. */
export class ApiError extends Error {
  /** Of HTTP, where it is an answer that refuses. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** The part of the Hetzner Cloud API that Onebox asks itself. Every answer is read by a schema. */
export class CloudApi {
  readonly #base: string;
  readonly #token: string;

  /** @param endpoint base URL with /v1; undefined: Hetzner's own */
  constructor(endpoint: string | undefined, token: string) {
    this.#base = (endpoint ?? HETZNER).replace(/\/+$/, "");
    this.#token = token;
  }

  /**
   * What a path answers.
   *
   * @throws ApiError
   */
  async get<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer> {
    return this.#read(await this.#ask("GET", path), schema, path);
  }

  /**
   * How many entries a list has.
   *
   * @throws ApiError
   */
  async count(name: ListName): Promise<number> {
    const { meta } = await this.get(`${name}?per_page=1`, counted);
    return meta.pagination.total_entries;
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
      const read: Record<string, unknown> = this.#read(answer, entries, name);
      found.push(...(read[name] as Entry<Name>[]));
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
    let { action } = this.#read(await this.#ask("POST", path, body), answeredAction, path);
    for (let pause = 200; action.status === "running"; pause = Math.min(2 * pause, 5000)) {
      if (Date.now() > deadline) throw new ApiError(`${path} is not done after 5 minutes`);
      await sleep(pause);
      ({ action } = await this.get(`actions/${action.id}`, answeredAction));
    }
    if (action.status === "error") {
      throw new ApiError(`${path} failed: ${plainText(action.error?.message ?? "no reason told")}`);
    }
  }

  #read<Answer>(answer: unknown, schema: z.ZodType<Answer>, what: string): Answer {
    const read = schema.safeParse(answer);
    if (read.success) return read.data;
    throw new ApiError(`the answer of ${this.#base} about ${what} cannot be read`);
  }

  async #ask(method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
    const send = async () => {
      const answer = await fetch(`${this.#base}/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      return { ok: answer.ok, status: answer.status, text: await answer.text() };
    };
    const { ok, status, text } = await send().catch((error: unknown) => {
      const why = whyUnreached(error);
      throw new ApiError(`the Hetzner Cloud API does not answer at ${this.#base}: ${why}`);
    });
    const read = text === "" ? undefined : readJson(text);
    if (ok) return read;
    if (status === 401) {
      throw new ApiError(`${this.#base} does not know HCLOUD_TOKEN; put a valid token into .env`);
    }
    const why = refusal.safeParse(read).data?.error;
    const reason =
      why === undefined
        ? "; try again later"
        : `: ${plainText(why.message)} (${plainText(why.code)})`;
    throw new ApiError(`${this.#base}/${path} answers HTTP ${status}${reason}`, status);
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
