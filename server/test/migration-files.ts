import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Calls `use` with a directory of migrations: file names, and what each file exports. */
export async function withMigrations<T>(
  files: Record<string, string>,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "onebox-migrations-"));
  for (const [name, source] of Object.entries(files)) {
    writeFileSync(join(directory, name), `${source}\nexport const down = () => {};\n`);
  }
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What a migration exports that runs `statements`, one after another. */
export const up = (...statements: string[]) =>
  `export const up = async (knex) => { for (const sql of ${JSON.stringify(statements)}) await knex.raw(sql); };`;
