import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect } from "chai";
import { query } from "../dev/postgres.ts";
import { knownMigrations } from "../migrations.ts";
import { migrate } from "../migrator.ts";
import { createTestDatabase } from "./database.ts";
import { up, withMigrations } from "./migration-files.ts";
import { run } from "./process.ts";

describe("the migrations", () => {
  let url: string;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    ({ url, drop } = await createTestDatabase());
  });
  afterEach(() => drop());

  it("run once", async () => {
    expect(await migrate(url)).to.deep.equal(knownMigrations());
    expect(await migrate(url)).to.deep.equal([]);
  });

  it("run for a release that is older than the database", async () => {
    await migrate(url);
    await query(url, "insert into knex_migrations (name) values ('29990101_future.ts')");
    expect(await migrate(url)).to.deep.equal([]);
  });

  it("leave nothing behind when one fails, also of those before it", async () => {
    const files = {
      "1_whole.ts": up("create table whole (id int)"),
      "2_half.ts": up("create table half (id int)", "select * from missing"),
    };
    const error = await withMigrations(files, (directory) => migrate(url, { directory })).catch(
      (reason: Error) => reason,
    );
    expect(error)
      .to.have.property("message")
      .that.matches(/^2_half\.ts: .*"missing"/);
    const left = "select to_regclass('whole') as whole, to_regclass('half') as half";
    expect((await query(url, left)).rows).to.deep.equal([{ whole: null, half: null }]);
    expect(await migrate(url)).to.deep.equal(knownMigrations());
  });

  it("do not begin when a file is wrong", async () => {
    const files = {
      "1_fine.ts": up("create table fine (id int)"),
      "2_wrong.ts": `export const contract = true;${up("select 1")}`,
    };
    const error = await withMigrations(files, (directory) => migrate(url, { directory })).catch(
      (reason: Error) => reason,
    );
    expect(error).to.have.property("message").that.includes("2_wrong.ts: contract must be");
    expect((await query(url, "select from pg_tables where schemaname = 'public'")).rowCount).equal(
      0,
    );
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
    expect(Date.now() - start).to.be.at.least(600);
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
