import { timingSafeEqual } from "node:crypto";
import Router from "@koa/router";
import type { Middleware } from "koa";
import type { Clock } from "../clock.ts";
import type { Profile } from "../durations.ts";
import { ApiError } from "../errors.ts";
import type { Faults } from "../faults/faults.ts";
import { readJson } from "../http/read-json.ts";
import type { Projects } from "../projects.ts";
import type { Store } from "../store/store.ts";
import type { Tokens } from "../tokens.ts";
import type { BackDoor } from "./back-door.ts";
import { clockRoutes } from "./clock.ts";
import { faultRoutes } from "./faults.ts";
import { statusPage } from "./page.ts";
import type { Recent } from "./recent.ts";
import { statusRoutes } from "./status.ts";
import { tokenRoutes } from "./tokens.ts";

export interface ControlOptions {
  /** Opens the control endpoint, and nothing of the API. */
  token: string;
  projects: Projects;
  tokens: Tokens;
  store: Store;
  faults: Faults;
  clock: Clock;
  /** How long actions take. */
  profile: { get: () => Profile; set: (profile: Profile) => void };
  recent: Recent;
  /** Asks the API of a project without faults and limits. */
  behindTheBack: BackDoor;
}

const PREFIX = "/control";

/** What is apart from the API: who may use it, what goes wrong with it, what time it is. */
export function createControl(options: ControlOptions): Middleware {
  const router = new Router({ prefix: PREFIX });
  tokenRoutes(router, options);
  faultRoutes(router, options);
  clockRoutes(router, options);
  statusRoutes(router, options);

  const routes = router.routes();
  const read = readJson();
  const expected = Buffer.from(`Bearer ${options.token}`);
  return async (context, next) => {
    if (!context.path.startsWith(`${PREFIX}/`)) return statusPage(context as never, next);
    const given = Buffer.from(context.get("Authorization"));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new ApiError(401, "unauthorized", "control_token of cloud.json is needed here");
    }
    await read(context as never, () =>
      routes(context as never, async () => {
        throw new ApiError(404, "not_found", `there is no ${context.path}`);
      }),
    );
  };
}
