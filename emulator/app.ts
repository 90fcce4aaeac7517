import { bodyParser } from "@koa/bodyparser";
import Koa from "koa";
import type { Cloud } from "./cloud.ts";
import { ApiError } from "./errors.ts";
import { authenticate } from "./http/authenticate.ts";
import { logRequests } from "./http/log-requests.ts";
import { renderErrors } from "./http/render-errors.ts";
import { createRouter } from "./http/router.ts";
import { actions } from "./resources/actions.ts";
import { catalogue } from "./resources/catalogue.ts";
import { firewalls } from "./resources/firewalls.ts";
import { missing } from "./resources/not-implemented.ts";
import { pricing } from "./resources/pricing.ts";
import { primaryIps } from "./resources/primary-ips.ts";
import { servers } from "./resources/servers/servers.ts";
import { sshKeys } from "./resources/ssh-keys.ts";
import { volumes } from "./resources/volumes.ts";

export interface AppOptions {
  token: string;
  log: (line: string) => void;
}

/** The API as a Koa app. */
export function createApp(cloud: Cloud, { token, log }: AppOptions): Koa {
  const router = createRouter();
  actions(router, cloud); // first: `/servers/actions` must not be taken for a server's id
  catalogue(router);
  pricing(router);
  sshKeys(router, cloud);
  firewalls(router, cloud);
  primaryIps(router, cloud);
  servers(router, cloud);
  volumes(router, cloud);
  missing(router);

  const app = new Koa();
  app.use(logRequests(log));
  app.use(renderErrors);
  app.use(authenticate(token));
  app.use(
    bodyParser({
      enableTypes: ["json"],
      // Every body is JSON here, whatever its header says; the real API does not ask either.
      detectJSON: () => true,
      jsonStrict: true,
      jsonLimit: "1mb",
      parsedMethods: ["POST", "PUT"],
    }),
  );
  app.use(async (context, next) => {
    await next();
    // What is answered is on disk: a crash after the answer loses nothing.
    if (context.method !== "GET" && context.method !== "HEAD") await cloud.store.commit();
  });
  app.use(router.routes());
  app.use((context) => {
    if (router.match(context.path, context.method).path.some((layer) => layer.methods.length > 0)) {
      throw new ApiError(405, "method_not_allowed", `${context.method} is not allowed here`);
    }
    throw new ApiError(404, "not_found", `there is no ${context.path}`);
  });
  return app;
}
