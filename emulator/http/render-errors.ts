import { randomUUID } from "node:crypto";
import type { Middleware } from "koa";
import { ApiError } from "../errors.ts";

/** The one place where an error becomes an answer. */
export const renderErrors: Middleware = async (context, next) => {
  const correlation = randomUUID();
  context.set("X-Correlation-Id", correlation);
  try {
    await next();
  } catch (cause) {
    const error = asApiError(cause);
    if (error.status === 500 && !(cause instanceof ApiError)) {
      // Message and stack only: never the request, which may hold secrets.
      console.error(cause instanceof Error ? cause.stack : String(cause));
    }
    context.status = error.status;
    context.body = {
      error: { code: error.code, message: error.message, details: error.details ?? null },
    };
  }
};

function asApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  return new ApiError(500, "server_error", "an error in the emulator; its log has the details");
}
