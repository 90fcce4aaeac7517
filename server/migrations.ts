import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Knex } from "knex";

export const directory = join(import.meta.dirname, "migrations");
const undefinedTable = "42P01"; // https://www.postgresql.org/docs/17/errcodes-appendix.html

/** What a file in migrations/ exports. */
export interface Migration {
  up: (knex: Knex) => PromiseLike<unknown>;
  down: (knex: Knex) => PromiseLike<unknown>;
  /** `transaction: false` for what Postgres refuses in one, such as `create index concurrently`. */
  config?: { transaction?: boolean };
  /** Takes something away: a sentence that names what older releases may still use. */
  contract?: string;
}

/** The migrations that this release brings, oldest first. */
export function knownMigrations(from = directory): string[] {
  return readdirSync(from)
    .filter((name) => name.endsWith(".ts"))
    .sort();
}

/** Reads them too. A file that is wrong fails here, before anything has run. */
export async function loadMigrations(from = directory): Promise<Map<string, Migration>> {
  const migrations = new Map<string, Migration>();
  for (const name of knownMigrations(from)) {
    const migration: Migration = await import(pathToFileURL(join(from, name)).href);
    const { contract } = migration;
    if (contract !== undefined && (typeof contract !== "string" || contract.trim() === "")) {
      throw new Error(`${name}: contract must be a sentence that names what older releases use`);
    }
    migrations.set(name, migration);
  }
  return migrations;
}

/** A line for each: a release that knows less than one of the contracting ones cannot follow it. */
export function needs(migrations: Map<string, Migration>): string[] {
  return [...migrations].map(
    ([name, { contract }]) => `needs ${name}${contract === undefined ? "" : " contract"}`,
  );
}

/** Those of `known` that have not run. Others may have: a newer release was here, and left. */
export async function pendingMigrations(database: Knex, known: string[]): Promise<string[]> {
  try {
    const rows = await database("knex_migrations").select<{ name: string }[]>("name");
    const done = new Set(rows.map((row) => row.name));
    return known.filter((name) => !done.has(name));
  } catch (error) {
    if ((error as { code?: string }).code === undefinedTable) return known;
    throw error;
  }
}
