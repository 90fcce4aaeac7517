import knex, { type Knex } from "knex";
import type { Logger } from "pino";

/**
 * A pool of connections. Every wait has an end, so that a dead database cannot hang a request.
 *
 * @param patience how long a connection may take to come about (ms); a command that no visitor waits for has more
 */
export function createDatabase(url: string, log: Logger, patience = 3000): Knex {
  return knex({
    client: "pg",
    connection: {
      connectionString: url,
      application_name: "server",
      connectionTimeoutMillis: patience,
      statement_timeout: 5000, // ends it in Postgres
      query_timeout: 7000, // ends the waiting when Postgres itself does not answer
      keepAlive: true,
    },
    pool: { min: 0, max: 10 },
    acquireConnectionTimeout: patience + 2000,
    log: {
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
      debug: (message) => log.debug(message),
      deprecate: (message) => log.warn(message),
    },
  });
}
