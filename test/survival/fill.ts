import type { Scene } from "../backups/vm/scene.ts";

/** Backs stage up, as the tests of a database that survives have it. */
export const backups = `{ bucket: "backups", location: "nbg1", check: "SELECT count(*) > 0 FROM links" }`;

/** Fills stage's database with so many megabytes of rows that do not compress well, in parts: the log is stored meanwhile. */
export async function fill(scene: Scene, megabytes: number): Promise<void> {
  const noise = Array.from({ length: 28 }, (_, n) => `md5(g::text || '${n}')`).join(" || ");
  await scene.sql("CREATE TABLE IF NOT EXISTS filler (id int, noise text)");
  for (let part = 0; part < megabytes; part += 64) {
    const last = Math.min(megabytes, part + 64) * 1024;
    await scene.sql(
      `INSERT INTO filler SELECT g, ${noise} FROM generate_series(${part * 1024 + 1}, ${last}) AS g`,
    );
  }
}
