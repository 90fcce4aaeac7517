// What node --watch runs, again after each change: the migrations, then the app.
import { loadConfig } from "../config.ts";
import { migrate } from "../migrator.ts";

const applied = await migrate(loadConfig().databaseUrl);
for (const name of applied) console.log(`migrate: ${name} applied`);
await import("../main.ts");
