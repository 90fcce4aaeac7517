import type { Middleware } from "koa";
import type { Clock } from "../clock.ts";
import { ApiError } from "../errors.ts";

/** Hetzner's limit per project; it is regained bit by bit, 3600 an hour being one a second. */
export const REQUESTS_PER_HOUR = 3600;

/** The requests that a project has left. */
class Bucket {
  #left: number;
  #at: number;

  constructor(limit: number, now: number) {
    this.#left = limit;
    this.#at = now;
  }

  /** Takes one request out; false when there was none. */
  take(limit: number, now: number): { taken: boolean; left: number } {
    const regained = (Math.max(0, now - this.#at) * limit) / 3_600_000;
    this.#left = Math.min(limit, this.#left + regained);
    this.#at = now;
    const taken = this.#left >= 1;
    if (taken) this.#left--;
    return { taken, left: this.#left };
  }
}

/**
 * Counts requests per project and tells what is left. Without `enforce` it refuses nobody, whatever
 * the headers say: tests may be in a hurry.
 */
export function rateLimit(clock: Clock, limit: number, enforce: boolean): Middleware {
  const buckets = new Map<string, Bucket>();
  return async (context, next) => {
    if (context.state.internal === true) return next();
    const now = clock.now().getTime();
    const { project } = context.state;
    const bucket = buckets.get(project) ?? new Bucket(limit, now);
    buckets.set(project, bucket);
    const { taken, left } = bucket.take(limit, now);
    const full = now + ((limit - left) * 3_600_000) / limit;
    context.set({
      "RateLimit-Limit": String(limit),
      "RateLimit-Remaining": String(Math.floor(left)),
      "RateLimit-Reset": String(Math.ceil(full / 1000)),
    });
    if (!taken && enforce) {
      const message = `limit of ${limit} requests per hour reached`;
      throw new ApiError(429, "rate_limit_exceeded", message);
    }
    await next();
  };
}
