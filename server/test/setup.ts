import { startPostgres } from "./postgres.ts";

let stop: () => Promise<void> = async () => {};

/** Before the first test: one Postgres for all of them. Each file makes a database in it. */
export async function mochaGlobalSetup(): Promise<void> {
  const postgres = await startPostgres();
  process.env.TEST_DATABASE_URL = postgres.url;
  stop = postgres.stop;
}

export async function mochaGlobalTeardown(): Promise<void> {
  await stop();
}
