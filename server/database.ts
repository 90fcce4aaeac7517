import knex, { type Knex } from "knex";
import type { Logger } from "pino";

/** A pool of connections. Every wait has an end, so that a dead database cannot hang a request. */
export function createDatabase(url: string, log: Logger): Knex {
  return knex({
    client: "pg",
    connection: {
      connectionString: url,
      application_name: "server",
      connectionTimeoutMillis: 3000,
      statement_timeout: 5000, // ends it in Postgres
      query_timeout: 7000, // ends the waiting when Postgres itself does not answer
      keepAlive: true,
    },
    pool: { min: 0, max: 10 },
    acquireConnectionTimeout: 5000,
    log: {
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
      debug: (message) => log.debug(message),
      deprecate: (message) => log.warn(message),
    },
  });
}
