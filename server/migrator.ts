import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import knex, { type Knex } from "knex";
import pg from "pg";

const migrations = join(import.meta.dirname, "migrations");
const advisoryLock = 7_263_001; // any number, as long as every release uses the same one

// What Postgres answers: https://www.postgresql.org/docs/17/errcodes-appendix.html
const startingUp = "57P03";
const lockNotAvailable = "55P03";
const undefinedTable = "42P01";

const codeOf = (error: unknown) => (error as { code?: string }).code ?? "";

interface Options {
  directory?: string;
  /** How long to wait for a database that cannot be reached yet (ms). */
  wait?: number;
  /** How long a migration may wait for a table that is in use, each of three times (ms). */
  lockTimeout?: number;
}

/** The migrations that this release brings, oldest first. */
export function knownMigrations(directory = migrations): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".ts"))
    .sort();
}

/** Those of `known` that have not run. Others may have: a newer release was here, and left. */
export async function pendingMigrations(database: Knex, known: string[]): Promise<string[]> {
  try {
    const rows = await database("knex_migrations").select<{ name: string }[]>("name");
    const done = new Set(rows.map((row) => row.name));
    return known.filter((name) => !done.has(name));
  } catch (error) {
    if (codeOf(error) === undefinedTable) return known;
    throw error;
  }
}

/** Runs what is pending and returns its names. Any number of these may run at the same time. */
export async function migrate(url: string, options: Options = {}): Promise<string[]> {
  const { directory = migrations, wait = 30_000, lockTimeout = 3000 } = options;
  const session = await connect(url, wait);
  const lost = new Promise<never>((_resolve, reject) => session.once("error", reject));
  lost.catch(() => {}); // it may be lost while nobody is waiting for that yet
  try {
    await session.query("select pg_advisory_lock($1)", [advisoryLock]);
    return await Promise.race([runPending(url, directory, lockTimeout), lost]);
  } finally {
    await session.end();
  }
}

/** The session that holds the advisory lock: Postgres gives it free when this process dies. */
async function connect(url: string, wait: number): Promise<pg.Client> {
  const deadline = Date.now() + wait;
  for (;;) {
    const session = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 3000,
      lock_timeout: 60_000, // for the advisory lock: as long as another's migrations may take
    });
    try {
      await session.connect();
      return session;
    } catch (error) {
      const refused = error instanceof pg.DatabaseError && error.code !== startingUp;
      if (refused || Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

async function runPending(url: string, directory: string, lockTimeout: number): Promise<string[]> {
  const database = knex({
    client: "pg",
    // A migration that waits for a lock makes every query behind it wait too: give up early.
    connection: { connectionString: url, options: `-c lock_timeout=${lockTimeout}` },
    pool: { min: 0, max: 1 },
    log: { error: () => {}, warn: () => {} }, // the error itself is thrown
    migrations: {
      directory,
      loadExtensions: [".ts"],
      // A release that is rolled back to does not know the migrations of the one it replaces.
      disableMigrationsListValidation: true,
    },
  });
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        // knex's own lock is a row, which a crash can leave behind. Under the advisory lock
        // nobody else can be migrating, so it is safe to free.
        await database.migrate.forceFreeMigrationsLock();
        const [, names] = await database.migrate.latest();
        return names;
      } catch (error) {
        if (codeOf(error) !== lockNotAvailable || attempt === 3) throw error;
        await sleep(lockTimeout); // let through what has queued up behind
      }
    }
  } finally {
    await database.destroy();
  }
}
