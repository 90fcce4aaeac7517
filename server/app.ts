import { bodyParser } from "@koa/bodyparser";
import Router from "@koa/router";
import type { Knex } from "knex";
import Koa from "koa";
import type { Logger } from "pino";
import type { Config } from "./config.ts";
import type { Links } from "./links.ts";
import { logRequests } from "./log.ts";
import { Problem, renderProblems } from "./problem.ts";
import { addEventRoutes } from "./routes/events.ts";
import { addLinkRoutes } from "./routes/links.ts";
import { addPageRoutes } from "./routes/page.ts";
import { addProbeRoutes } from "./routes/probes.ts";
import type { Lifecycle } from "./shutdown.ts";
import type { Streams } from "./streams.ts";

/** What a middleware finds in `ctx.state`. */
export interface State {
  requestId: string;
  log: Logger;
}

export interface Services {
  config: Config;
  database: Knex;
  lifecycle: Lifecycle;
  links: Links;
  streams: Streams;
}

interface Options extends Services {
  log: Logger;
}

/** Builds the app; it neither listens nor connects. */
export function createApp({ log, ...services }: Options): Koa<State> {
  const router = new Router<State>();
  addProbeRoutes(router, services);
  addPageRoutes(router, services);
  addEventRoutes(router, services);
  addLinkRoutes(router, services); // last: it takes every /:slug

  const app = new Koa<State>();
  app.on("error", (error) => log.warn({ err: error }, "connection error"));
  app.use(logRequests(log));
  app.use(async (ctx, next) => {
    ctx.set("X-Content-Type-Options", "nosniff");
    ctx.set("Cache-Control", "no-store");
    await next();
    // Asked after the work is done: a request may have waited while the process began to stop.
    if (services.lifecycle.draining) ctx.set("Connection", "close");
  });
  app.use(renderProblems());
  app.use(
    bodyParser({
      enableTypes: ["json", "form"],
      jsonLimit: "16kb",
      formLimit: "16kb",
      onError(error) {
        const { status } = error as { status?: number };
        if (status === 413) throw new Problem(413, "The body may have 16 KB.");
        if (status === 415) throw new Problem(415, "The body's encoding is not supported.");
        throw new Problem(400, "The body cannot be read.");
      },
    }),
  );
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}
