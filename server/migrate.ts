import { command } from "./command.ts";
import { migrate } from "./migrator.ts";

// Runs the pending migrations: node migrate.ts. A release runs it before its app starts.

await command("migrate", async ({ databaseUrl }) => {
  const names = await migrate(databaseUrl);
  for (const name of names) console.log(`migrate: ${name} applied`);
  if (names.length === 0) console.log("migrate: nothing to do");
});
