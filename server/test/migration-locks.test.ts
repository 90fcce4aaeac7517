import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import pg from "pg";
import { query } from "../dev/postgres.ts";
import { knownMigrations } from "../migrations.ts";
import { migrate } from "../migrator.ts";
import { createTestDatabase } from "./database.ts";
import { up, withMigrations } from "./migration-files.ts";
import { evaluate } from "./process.ts";

const migrator = new URL("../migrator.ts", import.meta.url).href;
const alone = "export const config = { transaction: false };";

describe("a migration", () => {
  let url: string;
  let drop: () => Promise<void>;
  let holder: pg.Client;
  beforeEach(async () => {
    ({ url, drop } = await createTestDatabase());
    await migrate(url);
    holder = new pg.Client({ connectionString: url });
    await holder.connect();
  });
  afterEach(async () => {
    await holder.end();
    await drop();
  });

  const addNote = { "29990101_note.ts": up("alter table links add column note text") };
  const attempt = (lockTimeout: number) =>
    withMigrations(addNote, (directory) => migrate(url, { directory, lockTimeout }));
  const waiting = async () => {
    const lock = "wait_event_type = 'Lock' and application_name = 'migrate'";
    return (await query(url, `select from pg_stat_activity where ${lock}`)).rowCount !== 0;
  };

  it("waits for a table in use", async () => {
    await holder.query("begin; lock table links");
    const attempted = attempt(2000);
    while (!(await waiting())) await sleep(20);
    while (await waiting()) await sleep(20);
    await holder.query("rollback"); // after the first attempt
    expect(await attempted).to.deep.equal(["29990101_note.ts"]);
  });

  it("gives up when the table stays in use, and says so", async () => {
    await holder.query("begin; lock table links");
    const error = await attempt(2000).catch((reason: Error) => reason);
    const line =
      /^29990101_note\.ts: no lock to be had in [23] attempts over \d+ s, another session/;
    expect(error).to.have.property("message").that.matches(line);
  });

  it("waits for another process that migrates, but not forever", async () => {
    await holder.query("select pg_advisory_lock(7263001)");
    const error = await migrate(url, { turn: 200 }).catch((reason: Error) => reason);
    expect(error).to.have.property("message", "another process has been migrating for 0.2 s");
  });

  it("runs although a crash has left knex's lock behind", async () => {
    await query(url, "update knex_migrations_lock set is_locked = 1; delete from knex_migrations");
    await query(url, "drop table links");
    expect(await migrate(url)).to.deep.equal(knownMigrations());
  });

  // Falls asleep in the first process only: it is killed there.
  const pause = "select pg_sleep(600) where not exists (select from links where slug = 'killed')";

  /** Kills a process in the middle of `files`, and returns what the next one then runs. */
  const killed = (files: Record<string, string>) =>
    withMigrations(files, async (directory) => {
      const { child, ended } = evaluate(`import { migrate } from ${JSON.stringify(migrator)};
        await migrate(${JSON.stringify(url)}, { directory: ${JSON.stringify(directory)} });`);
      const asleep = "select from pg_stat_activity where wait_event = 'PgSleep'";
      while ((await query(url, asleep)).rowCount === 0) await sleep(20);
      child.kill("SIGKILL");
      await ended;
      await query(url, "insert into links (slug, url) values ('killed', 'https://example.com')");
      return migrate(url, { directory, lockTimeout: 2000 });
    });

  it("that was killed half-way has changed nothing, and runs again at once", async () => {
    const files = {
      "29990101_whole.ts": up("create table whole (id int)"),
      "29990102_half.ts": up("create table half (id int)", pause),
    };
    expect(await killed(files)).to.deep.equal(Object.keys(files));
  });

  it("outside of a transaction that was killed half-way runs again, with nothing beside it", async () => {
    const files = {
      "29990101_alone.ts": `${alone}${up("create table if not exists kept (id int)", pause)}`,
    };
    expect(await killed(files)).to.deep.equal(Object.keys(files));
    const lock = await query(url, "select is_locked from knex_migrations_lock");
    expect(lock.rows).to.deep.equal([{ is_locked: 0 }]);
    const asleep = "select from pg_stat_activity where wait_event = 'PgSleep'";
    expect((await query(url, asleep)).rowCount).to.equal(0);
  });
});
