import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createApp } from "./app.ts";
import { loadConfig } from "./config.ts";
import { createDatabase } from "./database.ts";
import { createLog } from "./log.ts";
import { drainOnSignal, type Lifecycle } from "./shutdown.ts";

const config = loadConfig();
const log = createLog(config);
const database = createDatabase(config.databaseUrl, log);
const lifecycle: Lifecycle = { draining: false };
const app = createApp({ config, database, lifecycle, log });

// Longer than the proxy keeps its idle connections: else it may send a request into a connection
// that is just being closed.
const server = createServer({ keepAliveTimeout: 75_000, headersTimeout: 80_000 }, app.callback());

drainOnSignal(server, {
  lifecycle,
  log,
  delay: config.shutdownDelay,
  timeout: config.shutdownTimeout,
  release: () => database.destroy(),
});

server.once("error", (error) => {
  log.fatal({ err: error }, "cannot listen");
  process.exit(1);
});
server.listen(config.port, () => {
  const { port } = server.address() as AddressInfo;
  log.info({ port, commit: config.commit }, "listening");
});
