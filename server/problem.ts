import { STATUS_CODES } from "node:http";
import type { Middleware } from "koa";
import type { z } from "zod";
import type { State } from "./app.ts";

export interface FieldError {
  field: string;
  message: string;
}

/** An error that the client may read: rendered as application/problem+json (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly errors: FieldError[] | undefined;

  constructor(status: number, detail: string, errors?: FieldError[]) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }
}

/** Returns `input` as `schema` understands it, or throws a 422 that names every wrong field. */
export function validate<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new Problem(
    422,
    "The input is not valid.",
    result.error.issues.map(({ path, message }) => ({ field: path.join("."), message })),
  );
}

/** The one place that renders errors; what is not a Problem is logged and told as a bare 500. */
export function renderProblems(): Middleware<State> {
  return async (ctx, next) => {
    let problem: Problem;
    try {
      await next();
      if (ctx.status < 400 || ctx.body) return;
      problem = new Problem(ctx.status, `${ctx.method} ${ctx.path} is not available.`);
    } catch (error) {
      if (error instanceof Problem) problem = error;
      else {
        ctx.state.log.error({ err: error }, "unexpected error");
        problem = new Problem(
          500,
          "Something went wrong here. The request id finds it in the log.",
        );
      }
    }
    ctx.status = problem.status;
    ctx.body = {
      type: "about:blank",
      title: STATUS_CODES[problem.status],
      status: problem.status,
      detail: problem.message,
      errors: problem.errors,
      requestId: ctx.state.requestId,
    };
    ctx.type = "application/problem+json";
  };
}
