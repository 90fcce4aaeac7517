import { createServer, type Server } from "node:http";
import type { Knex } from "knex";
import type { Logger } from "pino";
import { createApp } from "./app.ts";
import { listen } from "./changes.ts";
import type { Config } from "./config.ts";
import { createLinks, linksChanged } from "./links.ts";
import type { Lifecycle } from "./shutdown.ts";
import { acceptSockets, wantsSocket } from "./sockets.ts";
import { createStreams, type Limits, type Streams } from "./streams.ts";

interface Options {
  config: Config;
  database: Knex;
  lifecycle: Lifecycle;
  log: Logger;
  limits?: Limits;
}

/** The HTTP server with the app and its streams; it does not listen yet. */
export function createAppServer(options: Options): { server: Server; streams: Streams } {
  const { config, database, lifecycle, log, limits } = options;
  const links = createLinks(database);
  const streams = createStreams({
    ...limits,
    snapshot: async () => JSON.stringify({ release: config.release, links: await links.list(50) }),
    follow: (changed) => listen(config.databaseUrl, { channel: linksChanged, changed, log }),
    log,
  });
  const app = createApp({ config, database, lifecycle, links, log, streams });
  const server = createServer(
    {
      // Longer than the proxy keeps its idle connections: else it may send a request into a
      // connection that is just being closed.
      keepAliveTimeout: 75_000,
      headersTimeout: 80_000,
      shouldUpgradeCallback: wantsSocket,
    },
    app.callback(),
  );
  acceptSockets(server, { lifecycle, streams, log });
  return { server, streams };
}
