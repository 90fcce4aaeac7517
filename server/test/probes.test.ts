import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { query } from "../dev/postgres.ts";
import { migrate } from "../migrator.ts";
import { createTestDatabase } from "./database.ts";
import { json, type ProblemBody, serve, type TestApp } from "./serve.ts";

describe("the probes", () => {
  let app: TestApp;
  let url: string;
  let drop: () => Promise<void>;
  before(async () => {
    ({ url, drop } = await createTestDatabase());
    app = await serve(url);
  });
  after(async () => {
    await app.close();
    await drop();
  });

  const statusOf = async (path: string) => (await app.request(path)).status;

  it("are not ready before the migrations have run, and change nothing", async () => {
    const answer = await app.request("/readyz");
    expect(answer.status).to.equal(503);
    expect((await json<ProblemBody>(answer)).detail).to.match(
      /^Migrations pending: \d+_create_links\.ts/,
    );
    expect(
      (await query(url, "select from pg_tables where schemaname = 'public'")).rowCount,
    ).to.equal(0);
  });

  it("are ready once the migrations have run", async () => {
    await migrate(url);
    expect(await statusOf("/readyz")).to.equal(200);
  });

  it("stay ready when a newer release has run migrations of its own", async () => {
    await query(url, "insert into knex_migrations (name) values ('29990101_future.ts')");
    expect(await statusOf("/readyz")).to.equal(200);
  });

  it("are ready again after the database has dropped every connection", async () => {
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    expect((await query(url, kill)).rowCount).to.be.greaterThan(0);
    while ((await statusOf("/readyz")) !== 200) await sleep(20);
  });

  it("are alive but not ready without a database, and say nothing about it", async () => {
    const lost = await serve("postgres://app:canary@127.0.0.1:1/app");
    try {
      expect((await lost.request("/healthz")).status).to.equal(200);
      const answer = await lost.request("/readyz");
      expect(answer.status).to.equal(503);
      expect((await json<ProblemBody>(answer)).detail).to.equal("The database does not answer.");
      expect(JSON.stringify(lost.lines)).to.include("ECONNREFUSED").and.not.include("canary");
    } finally {
      await lost.close();
    }
  });

  it("are alive but not ready while draining, and connections are closed", async () => {
    app.lifecycle.draining = true;
    try {
      const answer = await app.request("/readyz");
      expect(answer.status).to.equal(503);
      expect(answer.headers.get("connection")).to.equal("close");
      expect(await statusOf("/healthz")).to.equal(200);
    } finally {
      app.lifecycle.draining = false;
    }
  });

  it("name the environment, the release and the commit", async () => {
    const answer = await app.request("/version");
    expect(await json<ProblemBody>(answer)).to.deep.equal({
      environment: "test",
      release: "test-1",
      commit: "0123abc",
    });
  });
});
