import { setTimeout as sleep } from "node:timers/promises";
import knex, { type Knex } from "knex";
import pg from "pg";
import { directory, loadMigrations, type Migration } from "./migrations.ts";

const advisoryLock = 7_263_001; // any number, as long as every release uses the same one
const runner = "migrate"; // what the session that runs them is called in Postgres

// What Postgres answers: https://www.postgresql.org/docs/17/errcodes-appendix.html
const startingUp = "57P03";
const lockNotAvailable = "55P03";

const codeOf = (error: unknown) => (error as { code?: string }).code ?? "";

interface Options {
  directory?: string;
  /** How long to wait for a database that cannot be reached yet (ms). */
  wait?: number;
  /** How long a migration may wait for a table that is in use, each of three times (ms). */
  lockTimeout?: number;
  /** How long to wait for another process that is migrating (ms). */
  turn?: number;
}

/** A migration that failed; the message names it. */
class FailedMigration extends Error {
  readonly migration: string;

  constructor(migration: string, cause: unknown) {
    super(`${migration}: ${(cause as Error).message ?? cause}`, { cause });
    this.migration = migration;
  }
}

/** Runs what is pending and returns its names. Any number of these may run at the same time. */
export async function migrate(url: string, options: Options = {}): Promise<string[]> {
  const { wait = 30_000, lockTimeout = 3000, turn = 60_000 } = options;
  const migrations = await loadMigrations(options.directory ?? directory);
  const session = await connect(url, wait, turn);
  const lost = new Promise<never>((_resolve, reject) => session.once("error", reject));
  lost.catch(() => {}); // it may be lost while nobody is waiting for that yet
  try {
    await takeTurn(session, turn);
    return await Promise.race([runPending(url, migrations, lockTimeout), lost]);
  } finally {
    await session.end();
  }
}

/** The session that holds the advisory lock: Postgres gives it free when this process dies. */
async function connect(url: string, wait: number, turn: number): Promise<pg.Client> {
  const deadline = Date.now() + wait;
  for (;;) {
    const session = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 3000,
      lock_timeout: turn,
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

async function takeTurn(session: pg.Client, turn: number): Promise<void> {
  try {
    await session.query("select pg_advisory_lock($1)", [advisoryLock]);
  } catch (error) {
    if (codeOf(error) !== lockNotAvailable) throw error;
    throw new Error(`another process has been migrating for ${turn / 1000} s`, { cause: error });
  }
  // What a killed process has begun goes on in Postgres until it next looks for its client.
  // Whoever holds the lock is the only one that migrates, so such a session can be ended.
  const { rows } = await session.query<{ pid: number; ended: boolean }>(
    `select pid, pg_terminate_backend(pid, 5000) as ended from pg_stat_activity
     where datname = current_database() and usename = current_user and application_name = $1`,
    [runner],
  );
  const left = rows.find((row) => !row.ended);
  if (left) throw new Error(`a killed migration's session does not end (pid ${left.pid})`);
}

async function runPending(
  url: string,
  migrations: Map<string, Migration>,
  lockTimeout: number,
): Promise<string[]> {
  const database = knex({
    client: "pg",
    connection: {
      connectionString: url,
      application_name: runner,
      // A migration that waits for a lock makes every query behind it wait too: give up early.
      // The check ends what is running soon after this process was killed.
      options: `-c lock_timeout=${lockTimeout} -c client_connection_check_interval=1000`,
    },
    pool: { min: 0, max: 1 },
    log: { error: () => {}, warn: () => {} }, // the error itself is thrown
    migrations: {
      migrationSource: source(migrations),
      // A release that is rolled back to does not know the migrations of the one it replaces.
      disableMigrationsListValidation: true,
    },
  });
  const start = Date.now();
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        // knex's own lock is a row, which a crash can leave behind. Under the advisory lock
        // nobody else can be migrating, so it is safe to free.
        await database.migrate.forceFreeMigrationsLock();
        const [, names] = await database.migrate.latest();
        return names;
      } catch (error) {
        if (!(error instanceof FailedMigration) || codeOf(error.cause) !== lockNotAvailable) {
          throw error;
        }
        const waited = Date.now() - start;
        if (attempt === 3 || waited > 6 * lockTimeout) {
          const seconds = Math.round(waited / 1000);
          const why = `no lock to be had in ${attempt} attempts over ${seconds} s, another session uses what it changes`;
          throw new Error(`${error.migration}: ${why}`, { cause: error });
        }
        await sleep(lockTimeout); // let through what has queued up behind
      }
    }
  } finally {
    await database.destroy();
  }
}

/** As knex wants them; an error gets the name of its migration. */
function source(migrations: Map<string, Migration>): Knex.MigrationSource<string> {
  return {
    getMigrations: async () => [...migrations.keys()],
    getMigrationName: (name) => name,
    getMigration: async (name) => {
      const migration = migrations.get(name) as Migration;
      const up = async (database: Knex) => {
        try {
          await migration.up(database);
        } catch (error) {
          throw new FailedMigration(name, error);
        }
      };
      return {
        config: migration.config,
        up,
        down: async (knex) => void (await migration.down(knex)),
      };
    },
  };
}
