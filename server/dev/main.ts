// The program behind npm run dev; scripts/dev.sh says how it is used.
import { Dev } from "./dev.ts";

const wanted = process.env.PORT || "3000";
if (!/^\d+$/.test(wanted) || Number(wanted) > 65_535) {
  refuse(`PORT must be a whole number up to 65535, not "${wanted}"`, 2);
}

const dev = new Dev({ port: Number(wanted), databaseUrl: process.env.DATABASE_URL });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, async () => {
    await dev.stop();
    process.exit(0);
  });
}
try {
  await dev.start();
} catch (error) {
  await dev.stop();
  refuse((error as Error).message, 1);
}

function refuse(line: string, code: number): never {
  console.error(`dev: ${line}`);
  process.exit(code);
}
