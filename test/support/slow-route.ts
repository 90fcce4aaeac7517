import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clone } from "./clone.ts";

const route = `import { setTimeout as sleep } from "node:timers/promises";
import type Router from "@koa/router";
import type { State } from "../app.ts";

/** A request that takes as long as it asks for. */
export function addSlowRoutes(router: Router<State>): void {
  router.get("/slow", async (ctx) => {
    const slept = Math.min(Number(ctx.query.ms), 30_000);
    await sleep(slept);
    ctx.body = { slept };
  });
}
`;

/** Gives a clone's app the slow requests that the load sends, and commits that. */
export function addSlowRoute(clone: Clone): void {
  const app = readFileSync(join(clone.directory, "server/app.ts"), "utf8");
  const first = "addProbeRoutes(router, services);";
  if (!app.includes(first)) throw new Error(`server/app.ts has no line ${first}`);
  clone.write("server/routes/slow.ts", route);
  clone.write(
    "server/app.ts",
    `import { addSlowRoutes } from "./routes/slow.ts";\n${app.replace(first, `${first}\n  addSlowRoutes(router);`)}`,
  );
  clone.commit("Answer slowly when asked to");
}
