import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import pg from "pg";
import { query } from "../dev/postgres.ts";
import { knownMigrations, type Migration, needs } from "../migrations.ts";
import { createTestDatabase } from "./database.ts";
import { run } from "./process.ts";

describe("migrate.ts", () => {
  let url: string;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    ({ url, drop } = await createTestDatabase());
  });
  afterEach(() => drop());

  const migrate = async (databaseUrl: string, ...args: string[]) => {
    const { ended, output } = run("migrate.ts", { DATABASE_URL: databaseUrl }, ...args);
    return { code: await ended, output: output() };
  };
  const needed = knownMigrations().map((name) => `needs ${name}\n`);

  it("runs each once when two begin at the same time, and both say what the release needs", async () => {
    const both = await Promise.all([migrate(url), migrate(url)]);
    expect(both.map((one) => one.code)).to.deep.equal([0, 0]);
    const applied = knownMigrations().map((name) => `migrate: ${name} applied\n`);
    expect(both.map((one) => one.output).sort()).to.deep.equal([
      [...applied, ...needed].join(""),
      ["migrate: nothing to do\n", ...needed].join(""),
    ]);
  });

  it("marks what takes something away", () => {
    const migration: Migration = { up: async () => {}, down: async () => {} };
    const contracting = { ...migration, contract: "release 2 reads links.url" };
    const migrations = new Map([
      ["1_expand.ts", migration],
      ["2_contract.ts", contracting],
    ]);
    expect(needs(migrations)).to.deep.equal(["needs 1_expand.ts", "needs 2_contract.ts contract"]);
  });

  it("--dry-run shows and changes nothing", async () => {
    const { code, output } = await migrate(url, "--dry-run");
    expect(code).to.equal(0);
    expect(output).to.include('create table "links"').and.not.include("needs");
    expect((await query(url, "select to_regclass('links') as it")).rows[0].it).to.equal(null);
  });

  it("--help needs no database", async () => {
    const { code, output } = await migrate("", "--help");
    expect(code).to.equal(0);
    expect(output).to.include("--dry-run").and.include("Usage:");
  });

  it("exits 2 with one line when it is asked for what it does not know", async () => {
    for (const wrong of ["--dry", "now"]) {
      const { code, output } = await migrate(url, wrong);
      expect(code).to.equal(2);
      expect(output).to.match(/^migrate: unknown argument.*\n$/);
    }
  });

  it("ends at once when it is told to, although it is waiting", async () => {
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query("select pg_advisory_lock(7263001)");
    const { child, ended, output } = run("migrate.ts", { DATABASE_URL: url });
    const waiting = "select from pg_stat_activity where wait_event = 'advisory'";
    while ((await query(url, waiting)).rowCount === 0) await sleep(20);
    child.kill("SIGTERM");
    expect(await ended).to.equal(1);
    expect(output()).to.equal("migrate: failed: ended by SIGTERM\n");
    await holder.end();
  });

  it("fails with one line and a code when Postgres refuses", async () => {
    const wrong = new URL(url);
    wrong.pathname = "/missing";
    const { code, output } = await migrate(wrong.href);
    expect(code).to.equal(1);
    expect(output).to.equal('migrate: failed: database "missing" does not exist\n');
  });
});
