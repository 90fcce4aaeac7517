import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import pg from "pg";
import { knownMigrations, migrate } from "../migrator.ts";
import { createTestDatabase } from "./database.ts";
import { query } from "./postgres.ts";
import { run } from "./process.ts";

describe("the migrations", () => {
  let url: string;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    ({ url, drop } = await createTestDatabase());
  });
  afterEach(() => drop());

  const migrateProcess = async (databaseUrl: string) => {
    const { ended, output } = run("migrate.ts", { DATABASE_URL: databaseUrl });
    return { code: await ended, output: output() };
  };

  it("run once", async () => {
    expect(await migrate(url)).to.deep.equal(knownMigrations());
    expect(await migrate(url)).to.deep.equal([]);
  });

  it("run once when two begin at the same time", async () => {
    const both = await Promise.all([migrateProcess(url), migrateProcess(url)]);
    expect(both.map((one) => one.code)).to.deep.equal([0, 0]);
    const outputs = both.map((one) => one.output).sort();
    expect(outputs[0]).to.match(/^migrate: \d+_create_links\.ts applied\n$/);
    expect(outputs[1]).to.equal("migrate: nothing to do\n");
  });

  it("run although a crash has left the lock behind", async () => {
    await migrate(url);
    await query(url, "update knex_migrations_lock set is_locked = 1; delete from knex_migrations");
    await query(url, "drop table links");
    expect(await migrate(url)).to.deep.equal(knownMigrations());
  });

  it("run for a release that is older than the database", async () => {
    await migrate(url);
    await query(url, "insert into knex_migrations (name) values ('29990101_future.ts')");
    expect(await migrate(url)).to.deep.equal([]);
  });

  describe("that need a table in use", () => {
    let holder: pg.Client;
    beforeEach(async () => {
      await migrate(url);
      holder = new pg.Client({ connectionString: url });
      await holder.connect();
      await holder.query("begin; lock table links");
    });
    afterEach(() => holder.end());
    const attempt = () =>
      withMigration("alter table links add column note text", (directory) =>
        migrate(url, { directory, lockTimeout: 200 }),
      );

    it("wait for it", async () => {
      setTimeout(() => holder.query("rollback"), 600); // after the first attempt
      expect(await attempt()).to.deep.equal(["29990101_test.ts"]);
    });

    it("give up when it stays in use", async () => {
      const error = await attempt().catch((reason: Error) => reason);
      expect(error).to.have.property("message").that.includes("lock timeout");
    });
  });

  it("leave nothing behind when one fails", async () => {
    const sql = "create table half (id int); select * from missing";
    const error = await withMigration(sql, (directory) => migrate(url, { directory })).catch(
      (reason: Error) => reason,
    );
    expect(error).to.be.instanceOf(Error).with.property("message").that.includes("missing");
    expect((await query(url, "select to_regclass('half') as half")).rows[0].half).to.equal(null);
    expect(await migrate(url)).to.deep.equal(knownMigrations());
  });

  it("fail with one line and a code when Postgres refuses", async () => {
    const wrong = new URL(url);
    wrong.pathname = "/missing";
    const { code, output } = await migrateProcess(wrong.href);
    expect(code).to.equal(1);
    expect(output).to.equal('migrate: failed: database "missing" does not exist\n');
  });

  it("wait for a database that hangs up because it is just starting", async () => {
    const server = new URL(url);
    const target = new URL(url);
    let calls = 0;
    const starting = createServer((socket) => {
      if (++calls <= 2) socket.destroy();
      else socket.pipe(connect(Number(server.port || 5432), server.hostname)).pipe(socket);
    });
    await once(starting.listen(0, "127.0.0.1"), "listening");
    target.host = `127.0.0.1:${(starting.address() as AddressInfo).port}`;
    expect(await migrate(target.href)).to.deep.equal(knownMigrations());
    starting.close();
  });

  it("wait for a database that cannot be reached, but not forever", async () => {
    const start = Date.now();
    const error = await migrate("postgres://app@127.0.0.1:1/app", { wait: 600 }).catch(
      (reason: Error) => reason,
    );
    expect(error).to.have.property("code", "ECONNREFUSED");
    expect(Date.now() - start).to.be.within(600, 3000);
  });

  it("are followed by seeds, as often as one likes", async () => {
    await migrate(url);
    for (const line of ["seed: /koa added", "seed: /koa is there"]) {
      const seed = run("seed.ts", { DATABASE_URL: url });
      expect(await seed.ended).to.equal(0);
      expect(seed.output()).to.include(line);
    }
  });
});

/** Calls `use` with a directory that holds one migration, which runs `sql`. */
async function withMigration<T>(sql: string, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "onebox-migrations-"));
  const source = `export const up = (knex) => knex.raw(${JSON.stringify(sql)});\nexport const down = () => {};\n`;
  writeFileSync(join(directory, "29990101_test.ts"), source);
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
