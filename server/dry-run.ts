import knex, { type Knex } from "knex";
import type pg from "pg";
import { directory, loadMigrations, type Migration, pendingMigrations } from "./migrations.ts";

const mostStatements = 1000; // a backfill that repeats "until none is left" would never end
const isRead = /^\s*(select|show|values|with)\b/i;
// Looked like a read, but writes, or is several statements: so it is one to show.
const writes = new Set(["25006", "42601"]);

type Answer = (error: unknown, result?: Partial<pg.QueryResult>) => void;
type Run = (query: string | pg.QueryConfig) => Promise<pg.QueryResult>;

/**
 * Hands the SQL of what is pending to `print`, statement by statement, and changes nothing: reads
 * are answered by the database, each in a read-only transaction of its own; nothing else is sent.
 */
export async function dryRun(
  url: string,
  print: (text: string) => void,
  from = directory,
): Promise<void> {
  const migrations = await loadMigrations(from);
  let count = 0;
  const database = knex({
    client: "pg",
    connection: {
      connectionString: url,
      connectionTimeoutMillis: 3000,
      options: "-c lock_timeout=3000 -c statement_timeout=10000",
    },
    pool: {
      min: 0,
      max: 1,
      afterCreate: (
        connection: pg.Client,
        done: (error: unknown, connection: pg.Client) => void,
      ) => {
        record(connection, (statement) => {
          if (++count > mostStatements) throw new Error(`more than ${mostStatements} statements`);
          print(statement);
        });
        done(null, connection);
      },
    },
    log: { error: () => {}, warn: () => {} },
  });
  try {
    const pending = await pendingMigrations(database, [...migrations.keys()]);
    if (pending.length === 0) return print("-- nothing to do");
    for (const name of pending)
      await show(database, name, migrations.get(name) as Migration, print);
  } finally {
    await database.destroy();
  }
}

async function show(
  database: Knex,
  name: string,
  migration: Migration,
  print: (text: string) => void,
): Promise<void> {
  const alone = migration.config?.transaction === false;
  print(`-- ${name}${alone ? ", outside of a transaction" : ""}`);
  if (migration.contract !== undefined) print(`-- contract: ${migration.contract}`);
  try {
    if (alone) await migration.up(database);
    else await database.transaction(async (transaction) => void (await migration.up(transaction)));
  } catch (error) {
    throw new Error(`${name}: the rest cannot be shown: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Makes `connection` answer reads only; everything else is given to `note` instead. */
function record(connection: pg.Client, note: (statement: string) => void): void {
  const run = connection.query.bind(connection) as unknown as Run;
  const query = async ({ text, values = [] }: pg.QueryConfig): Promise<Partial<pg.QueryResult>> => {
    if (isRead.test(text)) {
      await run("begin read only");
      try {
        // The extended protocol takes one statement only, so that no other can hide behind it.
        return await run({ text, values, queryMode: "extended" } as pg.QueryConfig);
      } catch (error) {
        if (!writes.has((error as { code?: string }).code ?? "")) throw error;
      } finally {
        await run("rollback");
      }
    }
    note(asText(text, values));
    return { command: "", rowCount: 0, rows: [], fields: [] };
  };
  const recorded = (config: pg.QueryConfig, answer: Answer) => {
    query(config).then((result) => answer(null, result), answer);
  };
  connection.query = recorded as unknown as typeof connection.query;
}

const asText = (sql: string, values: unknown[]) =>
  [
    `${sql.trim().replace(/;$/, "")};`,
    ...values.map((value, index) => `--   $${index + 1} = ${JSON.stringify(value)}`),
  ].join("\n");
