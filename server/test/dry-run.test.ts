import { expect } from "chai";
import { query } from "../dev/postgres.ts";
import { dryRun } from "../dry-run.ts";
import { migrate } from "../migrator.ts";
import { createTestDatabase } from "./database.ts";
import { up, withMigrations } from "./migration-files.ts";

describe("a dry run", () => {
  let url: string;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    ({ url, drop } = await createTestDatabase());
  });
  afterEach(() => drop());

  const tables = async () =>
    (await query(url, "select from pg_tables where schemaname = 'public'")).rowCount;

  const show = async (files: Record<string, string>) => {
    const lines: string[] = [];
    await withMigrations(files, (directory) => dryRun(url, (text) => lines.push(text), directory));
    return lines;
  };

  it("shows the SQL of what is pending and changes nothing", async () => {
    const lines: string[] = [];
    await dryRun(url, (text) => lines.push(text));
    expect(lines[0]).to.match(/^-- \d+_create_links\.ts$/);
    expect(lines[1]).to.equal("BEGIN;");
    expect(lines[2]).to.match(/^create table "links" .*;$/);
    expect(lines.at(-1)).to.equal("COMMIT;");
    expect(await tables()).to.equal(0);
  });

  it("has nothing to show when all have run", async () => {
    await migrate(url);
    const lines: string[] = [];
    await dryRun(url, (text) => lines.push(text));
    expect(lines).to.deep.equal(["-- nothing to do"]);
  });

  it("answers a migration's questions with what is there", async () => {
    await migrate(url);
    const asks = `export const up = async (knex) => {
      if (await knex.schema.hasTable("links")) await knex.raw("drop table links");
      if (await knex.schema.hasTable("missing")) await knex.raw("drop table missing");
    };`;
    expect(await show({ "9_asks.ts": asks })).to.deep.equal([
      "-- 9_asks.ts",
      "BEGIN;",
      "drop table links;",
      "COMMIT;",
    ]);
  });

  it("shows values, contracts, and what runs outside of a transaction", async () => {
    const source = `export const config = { transaction: false };
      export const contract = "release 1 reads links.url";
      export const up = (knex) => knex("links").insert({ slug: "a'b" });`;
    expect(await show({ "9_alone.ts": source })).to.deep.equal([
      "-- 9_alone.ts, outside of a transaction",
      "-- contract: release 1 reads links.url",
      `insert into "links" ("slug") values ($1);\n--   $1 = "a'b"`,
    ]);
  });

  it("does not run what only looks like a read", async () => {
    await migrate(url);
    await query(url, "create function clear() returns void as 'delete from links' language sql");
    await query(url, "insert into links (slug, url) values ('kept', 'u')");
    const statements = [
      "select clear()",
      "with gone as (delete from links returning 1) select * from gone",
      "select 1; delete from links",
      "select 1; commit; set transaction_read_only = off; delete from links",
    ];
    const lines = await show({ "9_sly.ts": up(...statements) });
    expect(lines.slice(2, -1)).to.deep.equal(statements.map((statement) => `${statement};`));
    expect((await query(url, "select from links")).rowCount).to.equal(1);
  });

  it("stops where it cannot know, with the migration's name", async () => {
    const files = { "9_reads.ts": up("create table made (id int)", "select * from made") };
    const error = await show(files).catch((reason: Error) => reason);
    expect(error)
      .to.have.property("message")
      .that.matches(/^9_reads\.ts: the rest cannot be shown: .*"made" does not exist/);
  });

  it("ends a loop that its own writes would have ended", async () => {
    await migrate(url);
    await query(url, "insert into links (slug, url) values ('a', 'u')");
    const loops = `export const up = async (knex) => {
      while ((await knex("links").select()).length > 0) await knex("links").delete();
    };`;
    const error = await show({ "9_loops.ts": loops }).catch((reason: Error) => reason);
    expect(error).to.have.property("message").that.includes("more than 1000 statements");
    expect((await query(url, "select from links")).rowCount).to.equal(1);
  });
});
