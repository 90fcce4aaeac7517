import Koa, { type Middleware } from "koa";
import type { Clock } from "./clock.ts";
import type { Cloud } from "./cloud.ts";
import { ApiError } from "./errors.ts";
import type { Faults } from "./faults/faults.ts";
import { strike } from "./faults/strike.ts";
import { authenticate } from "./http/authenticate.ts";
import { logRequests } from "./http/log-requests.ts";
import { REQUESTS_PER_HOUR, rateLimit } from "./http/rate-limit.ts";
import { readJson } from "./http/read-json.ts";
import { renderErrors } from "./http/render-errors.ts";
import { type ApiRouter, createRouter } from "./http/router.ts";
import type { Projects } from "./projects.ts";
import { actions } from "./resources/actions.ts";
import { catalogue } from "./resources/catalogue.ts";
import { certificates } from "./resources/certificates/certificates.ts";
import { firewalls } from "./resources/firewalls/firewalls.ts";
import { floatingIps } from "./resources/floating-ips/floating-ips.ts";
import { images } from "./resources/images.ts";
import { loadBalancers } from "./resources/load-balancers/load-balancers.ts";
import { networks } from "./resources/networks/networks.ts";
import { placementGroups } from "./resources/placement-groups.ts";
import { pricing } from "./resources/pricing.ts";
import { primaryIps } from "./resources/primary-ips/primary-ips.ts";
import { servers } from "./resources/servers/servers.ts";
import { sshKeys } from "./resources/ssh-keys.ts";
import { storageBoxes } from "./resources/storage-boxes/storage-boxes.ts";
import { volumes } from "./resources/volumes.ts";
import { zones } from "./resources/zones/zones.ts";
import type { Tokens } from "./tokens.ts";

/** The routes of the API for one project: each resource adds its own. */
export function createRoutes(cloud: Cloud): ApiRouter {
  const router = createRouter();
  actions(router, cloud); // first: `/servers/actions` must not be taken for a server's id
  catalogue(router);
  images(router, cloud);
  pricing(router);
  sshKeys(router, cloud);
  firewalls(router, cloud);
  primaryIps(router, cloud);
  floatingIps(router, cloud);
  servers(router, cloud);
  volumes(router, cloud);
  networks(router, cloud);
  placementGroups(router, cloud);
  certificates(router, cloud);
  loadBalancers(router, cloud);
  zones(router, cloud);
  storageBoxes(router, cloud);
  return router;
}

/** Answers the API's requests for one project. */
export function createApi(cloud: Cloud): Middleware {
  const router = createRoutes(cloud);
  const routes = router.routes();
  return (context) =>
    routes(context as never, async () => {
      const { path } = router.match(context.path, context.method);
      const methods = new Set(path.flatMap((layer) => layer.methods));
      if (methods.size > 0) {
        context.set("Allow", [...methods].sort().join(", "));
        throw new ApiError(405, "method_not_allowed", `${context.method} is not allowed here`);
      }
      throw new ApiError(404, "not_found", `there is no ${context.path}`);
    });
}

interface AppOptions {
  projects: Projects;
  tokens: Tokens;
  clock: Clock;
  faults: Faults;
  control: Middleware;
  /** Requests per hour and project; null counts Hetzner's, and refuses nobody. */
  rateLimit: number | null;
  log: (line: string) => void;
}

/** The API of all projects as a Koa app, and beside it what controls the emulator. */
export function createApp(options: AppOptions): Koa {
  const { projects, tokens, clock, rateLimit: limit } = options;
  const app = new Koa();
  app.use(logRequests(options.log));
  app.use(async (context, next) => {
    context.set("Date", clock.now().toUTCString());
    await next();
  });
  app.use(renderErrors);
  app.use(options.control);
  app.use(authenticate(tokens));
  app.use(rateLimit(clock, limit ?? REQUESTS_PER_HOUR, limit !== null));
  app.use(readJson());
  app.use(strike(options.faults, clock));
  app.use(async (context, next) => {
    if (context.method === "GET" || context.method === "HEAD") return next();
    const { store } = projects.get(context.state.project).cloud;
    await store.changing(next);
    // What is answered is on disk: a crash after the answer loses nothing.
    await store.commit();
  });
  app.use((context, next) => projects.get(context.state.project).api(context, next));
  return app;
}
