import { startPostgres } from "../dev/postgres.ts";

let stop: () => Promise<void> = async () => {};

/** Before the first test: one Postgres for all of them, or the one that TEST_DATABASE_URL names. */
export async function mochaGlobalSetup(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return;
  const postgres = await startPostgres("onebox-test");
  process.env.TEST_DATABASE_URL = postgres.url;
  stop = postgres.stop;
}

export async function mochaGlobalTeardown(): Promise<void> {
  await stop();
}
