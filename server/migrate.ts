import { parseArgs } from "node:util";
import { command } from "./command.ts";
import { dryRun } from "./dry-run.ts";
import { loadMigrations, needs } from "./migrations.ts";
import { migrate } from "./migrator.ts";

const usage = `Runs the pending migrations. A release runs it before its app starts.
Usage: node server/migrate.ts [--dry-run | --help]

  --dry-run  shows the SQL of what is pending and changes nothing. What a migration reads is
             answered by the database as it is now; what would change it is shown, not sent. So it
             stops at a read of what an earlier statement would have made, a loop over rows that
             it would have written looks empty or endless (it ends after 1000 statements), and
             it cannot know whether a lock would be had or a constraint hold. knex's own
             records of what has run are left out.

Prints what it applied, then "needs NAME" for every migration of this release, with "contract"
after those that take away what an older release may use. It waits for a database that is just
starting (30 s), for another process that migrates (60 s) and for tables in use (15 s).
Exit codes: 0 done, 1 failed (the failed migration has changed nothing, unless it runs outside of a
transaction), 2 wrong usage.`;

const options = readOptions();
if (options.help) console.log(usage);
else {
  await command("migrate", async ({ databaseUrl }) => {
    if (options["dry-run"]) return dryRun(databaseUrl, console.log);
    const names = await migrate(databaseUrl);
    for (const name of names) console.log(`migrate: ${name} applied`);
    if (names.length === 0) console.log("migrate: nothing to do");
    for (const line of needs(await loadMigrations())) console.log(line);
  });
}

function readOptions() {
  try {
    const known = { "dry-run": { type: "boolean" }, help: { type: "boolean" } } as const;
    return parseArgs({ options: known }).values;
  } catch {
    console.error("migrate: unknown argument; node server/migrate.ts --help lists them");
    process.exit(2);
  }
}
