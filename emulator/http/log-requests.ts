import type { Middleware } from "koa";

/** One JSON line per request. Bodies, queries and headers stay out: they may hold secrets. */
export function logRequests(write: (line: string) => void): Middleware {
  return async (context, next) => {
    const start = performance.now();
    await next();
    const ms = Math.round((performance.now() - start) * 10) / 10;
    write(
      JSON.stringify({
        time: new Date().toISOString(),
        method: context.method,
        path: context.path,
        status: context.status,
        ms,
        fault: context.state.fault, // left out when there was none
      }),
    );
  };
}
