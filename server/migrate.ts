import { loadConfig } from "./config.ts";
import { migrate } from "./migrator.ts";

// Runs the pending migrations: node migrate.ts. A release runs it before its app starts.

const config = loadConfig();
try {
  const names = await migrate(config.databaseUrl);
  for (const name of names) console.log(`migrate: ${name} applied`);
  if (names.length === 0) console.log("migrate: nothing to do");
} catch (error) {
  const { message, code } = error as { message?: string; code?: string };
  console.error(`migrate: failed: ${(message || code || String(error)).replaceAll(/\s+/g, " ")}`);
  process.exit(1);
}
