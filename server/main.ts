import type { AddressInfo } from "node:net";
import { loadConfig } from "./config.ts";
import { createDatabase } from "./database.ts";
import { createLog } from "./log.ts";
import { createAppServer } from "./server.ts";
import { drainOnSignal, type Lifecycle } from "./shutdown.ts";

const config = loadConfig();
const log = createLog(config);
const database = createDatabase(config.databaseUrl, log);
const lifecycle: Lifecycle = { draining: false };
const { server, streams } = createAppServer({ config, database, lifecycle, log });

drainOnSignal(server, {
  lifecycle,
  log,
  delay: config.shutdownDelay,
  timeout: config.shutdownTimeout,
  streams,
  release: () => database.destroy(),
});

server.once("error", (error) => {
  log.fatal({ err: error }, "cannot listen");
  process.exit(1);
});
server.listen({ port: config.port, host: config.host }, () => {
  const { port } = server.address() as AddressInfo;
  log.info({ port, commit: config.commit }, "listening");
});
