import { createHash, timingSafeEqual } from "node:crypto";
import type { Middleware } from "koa";
import { ApiError } from "../errors.ts";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Lets in who has the cloud's token. */
export function authenticate(token: string): Middleware {
  const expected = digest(`Bearer ${token}`);
  return async (context, next) => {
    if (!timingSafeEqual(digest(context.get("Authorization")), expected)) {
      throw new ApiError(401, "unauthorized", "unable to authenticate");
    }
    await next();
  };
}
