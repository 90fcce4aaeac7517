import type Router from "@koa/router";
import type { Services, State } from "../app.ts";
import { knownMigrations, pendingMigrations } from "../migrations.ts";
import { Problem } from "../problem.ts";

/** What the outside asks about this process: is it alive, may it get requests, which release is it. */
export function addProbeRoutes(router: Router<State>, services: Services): void {
  const { config, database, lifecycle } = services;
  const known = knownMigrations();

  router.get("/healthz", (ctx) => {
    ctx.body = { status: "alive" };
  });

  router.get("/readyz", async (ctx) => {
    if (lifecycle.draining) throw new Problem(503, "The process is stopping.");
    const pending = await pendingMigrations(database, known).catch((error: unknown) => {
      ctx.state.log.warn({ err: error }, "database not reachable");
      throw new Problem(503, "The database does not answer.");
    });
    if (pending.length > 0) throw new Problem(503, `Migrations pending: ${pending.join(", ")}`);
    ctx.body = { status: "ready" };
  });

  router.get("/version", (ctx) => {
    const { environment, release, commit } = config;
    ctx.body = { environment, release, commit };
  });
}
