import { randomInt } from "node:crypto";
import type Router from "@koa/router";
import type { Services, State } from "../app.ts";
import { Problem } from "../problem.ts";

// How soon a browser connects again (ms); spread, so that not all come at the same moment.
const retry = () => `retry: ${500 + randomInt(1000)}\n\n`;

/** The newest links as server-sent events: all of them at first and whenever they change. */
export function addEventRoutes(router: Router<State>, services: Services): void {
  const { lifecycle, streams } = services;

  router.get("/events", (ctx) => {
    ctx.type = "text/event-stream";
    // A browser gives up for good after an error; after an end it comes again.
    if (lifecycle.draining || ctx.method === "HEAD") {
      ctx.body = retry();
      return;
    }
    if (streams.full) {
      ctx.set("Retry-After", "30");
      throw new Problem(503, "Too many streams are open.");
    }
    ctx.status = 200;
    ctx.respond = false; // written here, piece by piece
    const { res } = ctx;
    res.on("error", () => {}); // "close" follows
    res.write(retry());
    const leave = streams.join({
      write: (message, written) => res.write(`data: ${message}\n\n`, written),
      ping: () => res.write(": ping\n\n"),
      end: () => res.end(),
      cut: () => res.destroy(),
    });
    res.once("close", leave);
  });
}
