import { command } from "./command.ts";
import { createDatabase } from "./database.ts";
import { createLinks } from "./links.ts";
import { createLog } from "./log.ts";

// Adds a few links to look at: node seed.ts. What is there stays as it is.

const examples = {
  traefik: "https://doc.traefik.io/traefik/",
  koa: "https://koajs.com/",
  hetzner: "https://docs.hetzner.cloud/",
};

await command("seed", async (config) => {
  const database = createDatabase(config.databaseUrl, createLog(config), 30_000);
  try {
    const links = createLinks(database);
    for (const [slug, url] of Object.entries(examples)) {
      const added = await links.add(url, slug);
      console.log(`seed: /${slug} ${added ? "added" : "is there"}`);
    }
  } finally {
    await database.destroy();
  }
});
