import type { Middleware } from "koa";
import { ApiError } from "../errors.ts";
import type { Tokens } from "../tokens.ts";

/** Lets in who has a token, to its project, and keeps read-only tokens from writing. */
export function authenticate(tokens: Tokens): Middleware {
  return async (context, next) => {
    const [, token = ""] = /^Bearer\s+(\S+)$/i.exec(context.get("Authorization")) ?? [];
    const grant = tokens.grant(token);
    if (grant === undefined) throw new ApiError(401, "unauthorized", "unable to authenticate");
    if (grant.access === "read" && context.method !== "GET" && context.method !== "HEAD") {
      throw new ApiError(403, "forbidden", "the token is only allowed to perform GET requests");
    }
    context.state.project = grant.project;
    context.state.internal = grant.internal === true;
    await next();
  };
}
