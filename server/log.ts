import { randomUUID } from "node:crypto";
import type { Middleware } from "koa";
import { type DestinationStream, type Logger, pino } from "pino";
import type { State } from "./app.ts";
import type { Config } from "./config.ts";

/** A logger that writes JSON lines to standard output, or to `stream`. */
export function createLog(config: Config, stream?: DestinationStream): Logger {
  const { logLevel: level, environment, release } = config;
  return pino(
    { level, base: { environment, release } },
    stream ?? pino.destination({ sync: true }),
  );
}

const saneId = /^[\w.-]{1,100}$/;

/** The id of a request: the one that it brings, if it can be one. */
export const requestId = (given: string | string[] | undefined): string =>
  typeof given === "string" && saneId.test(given) ? given : randomUUID();

const probes = new Set(["/healthz", "/readyz"]);

/**
 * Gives each request an id and writes one line about it when it is over. The line has the path
 * without its query: what people put into queries is theirs.
 */
export function logRequests(log: Logger): Middleware<State> {
  return (ctx, next) => {
    const start = performance.now();
    const id = requestId(ctx.get("X-Request-Id"));
    ctx.state.requestId = id;
    ctx.state.log = log.child({ requestId: id });
    ctx.set("X-Request-Id", id);

    ctx.res.once("close", () => {
      const aborted = !ctx.res.writableFinished;
      // A probe every few seconds would bury everything else.
      const level = probes.has(ctx.path) && ctx.status < 400 ? "debug" : "info";
      ctx.state.log[level](
        {
          method: ctx.method,
          path: ctx.path,
          status: ctx.status,
          ms: Math.round(performance.now() - start),
          ...(aborted && { aborted }),
        },
        "request",
      );
    });
    return next();
  };
}
