import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createApp } from "./app.ts";

const { WEBHOOK_REPOSITORY: repository = "", WEBHOOK_BRANCH: branch = "" } = process.env;
const app = createApp({
  secret: readFileSync("/run/webhook/secret", "utf8").trim(),
  repository,
  branch,
  environments: ["stage"],
  spool: "/run/webhook/spool",
  seen: "/run/webhook/seen",
  now: Date.now,
  log: (line) => console.log(JSON.stringify(line)),
});

const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, app);
server.maxConnections = 64;
server.listen(8080);
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    server.close();
    server.closeIdleConnections();
  });
}
