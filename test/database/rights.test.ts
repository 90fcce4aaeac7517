import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { dataVariables, loginOf } from "../../cli/release/data-login.ts";
import { renderDatabaseLogin } from "../../cli/release/database-login.ts";
import { checkConfig } from "../../config/check.ts";
import { root } from "../../config/load.ts";
import { configWith } from "../fixtures/valid-config.ts";
import { type Postgres, password, startPostgres } from "./postgres.ts";

const execute = promisify(execFile);

describe("the rights of an app that does not own its database", () => {
  const environment = `rights${process.pid}`;
  const local = checkConfig(configWith({}), root);
  const url = { key: "DATABASE_URL", value: `postgres://app:${password}@db:5432/app`, line: 1 };
  const login = loginOf(local.app, [url]) ?? expect.fail("no login");
  let postgres: Postgres;
  let dir: string;

  before(async () => {
    postgres = await startPostgres(`onebox-${environment}-database`);
    dir = mkdtempSync(join(tmpdir(), "onebox-rights-"));
    for (const name of ["old", "new"]) {
      mkdirSync(join(dir, "releases", name), { recursive: true });
      writeFileSync(join(dir, "releases", name, "release.env"), "ONEBOX_MIGRATE_SECONDS=60\n");
    }
    const app = dataVariables(local.app, ".env.stage", [url])?.app ?? [];
    writeFileSync(join(dir, "releases/new/database-login"), renderDatabaseLogin(app) ?? "");
    writeFileSync(join(dir, "releases/new/database-rights"), "data\n");
    await postgres.visit("app", schema);
    await postgres.save();
  });
  beforeEach(async () => {
    await postgres.restore();
    await host("keep_roles");
  });
  after(() => {
    postgres.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  const schema = `
    create table links (id serial primary key, slug text);
    create table numbered (id int generated always as identity, n int);
    create view shown as select * from links;
    create materialized view counted as select count(*) from links;
    create type mood as enum ('good');
    create function one() returns int language sql as 'select 1';
    create schema more; create table more.things (a int);
    create extension dblink;
    select lo_from_bytea(50001, 'kept');`;

  /** Has host/ do something, as a release does. */
  async function host(command: string): Promise<string> {
    const program = `set -Eeuo pipefail; shopt -s inherit_errexit
      environment=${environment} dir=${dir} data=${dir} release=new; say() { echo "$*"; }; die() { say "$*"; exit 1; }
      setting() { sed -n "s/^$2=//p" "$dir/releases/$1/release.env"; }
      has_database() { [ -e "$dir/releases/$1/release.env" ]; }; migration_seconds() { echo 60; }
      . host/release/roles.sh; . host/release/logins.sh; ${command}`;
    return (await execute("bash", ["-c", program], { cwd: root })).stdout;
  }
  const app = (sql: string) => postgres.visit(login.name, sql, login.password);
  const owner = (sql: string) => postgres.visit("app", sql);
  const refusal = (visit: Promise<string>) =>
    visit.then(
      () => "nothing",
      (error: { stderr: string }) => error.stderr,
    );
  /** What a migration does, by the login that the VM makes for it. */
  async function migration(sql: string): Promise<string> {
    const secret = await host('let_owner_in; echo "$ONEBOX_MIGRATE_PASSWORD"');
    const said = await postgres.visit("onebox_migrate", sql, secret.trim());
    await host("put_owner_out");
    return said;
  }

  it("are to read and to write all that was there before", async () => {
    expect(await host("let_in_now new")).to.equal("");
    expect(await app("select current_user")).to.equal("app_data");
    const id = await app("insert into links (slug) values ('a'), ('b') returning id");
    expect(id).to.equal("1\n2");
    await app("update links set slug = 'c' where id = 1; delete from links where id = 2");
    await app("insert into numbered (n) values (one()); insert into more.things values (1)");
    await app("refresh materialized view counted; select setval('links_id_seq', 9)");
    expect(await app("select slug from shown")).to.equal("c");
    await app("truncate more.things; create temporary table own (a int); analyze links");
    expect(await app("select convert_from(lo_get(50001), 'utf8')")).to.equal("kept");
    await app("select lo_unlink(50001); select lo_from_bytea(50002, 'new')");
    expect(await owner("select convert_from(lo_get(50002), 'utf8')")).to.equal("new");
    expect(await host("let_in_now new"), "again").to.equal("");
  });

  it("are to do nothing else", async () => {
    await host("let_in_now new");
    for (const sql of [
      ...["drop table links", "alter table links add column url text", "drop view shown"],
      ...["create table made (a int)", "create schema made", "drop schema more cascade"],
      ...["create index on links (slug)", "alter table links disable trigger all"],
      ...["create or replace function one() returns int language sql as 'select 2'"],
      ...["create function two() returns int language sql as 'select 2'", "drop function one()"],
      ...["set role app", "set session authorization app", "reset role; set role app"],
      ...["grant app to app_data", "alter role app valid until 'now'"],
      ...["create role another", "create database another", "drop database app"],
      ...["alter database app set work_mem = '1GB'", "create extension citext"],
      ...["copy links (slug) from program 'id'", "copy links to '/tmp/links'"],
      ...["select pg_read_file('/etc/passwd')", "select lo_import('/etc/passwd')"],
      ...["select dblink_connect_u('user=onebox dbname=app')"],
      ...[
        "alter system set archive_command = 'id'",
        "alter default privileges for role app grant select on tables to public",
      ],
      ...["create trigger t before insert on links execute function one()"],
      ...["create policy p on links", "comment on table links is 'mine'"],
      ...["create rule r as on insert to links do instead nothing"],
      ...[
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'onebox'; set role app",
      ],
    ])
      expect(await refusal(app(sql)), sql).to.match(/permission denied|must be (owner|superuser)/);
    expect(await app("select count(*) from links")).to.equal("0");
  });

  it("hold for what a migration makes later, in its own name and in a schema of its own", async () => {
    await host("let_in_now new");
    const made = `select current_user; create table made (id serial, a int);
      create schema later; create table later.things (a int)`;
    expect(await migration(made)).to.equal("app");
    await app("insert into made (a) values (1); insert into later.things values (1)");
    expect(await owner("select tableowner from pg_tables where tablename = 'made'")).to.equal(
      "app",
    );
    expect(await refusal(app("set role onebox_migrate"))).to.include("permission denied");
    const late = postgres.visit("onebox_migrate", "select 1", "guess");
    expect(await refusal(late)).to.match(/not permitted to log in|password authentication failed/);
  });

  it("are the owner's while the previous release serves, and for nobody afterwards", async () => {
    await host("let_in_now new");
    await owner("alter table links add column url text");
    await host("lock_out new");
    expect(await refusal(owner("select 1"))).to.match(/password authentication failed/);
    expect(await app("select 1")).to.equal("1");
    expect(await host("let_in_again old new")).to.match(/^note: old has another login/);
    await owner("alter table links drop column url");
    await host("lock_out old");
    expect(await refusal(app("select 1"))).to.match(/password authentication failed/);
  });

  it("stay the owner's, which is said, where only the owner could go on", async () => {
    await owner("alter table links enable row level security");
    const said = await host("let_in_now new; let_in_now new");
    expect(said).to.match(/^warning: .* owns its database still, as row security [^\n]*\n$/);
    expect(await app("select current_user")).to.equal("app");
    await owner("alter table links disable row level security");
    expect(await host("let_in_now new")).to.equal("");
    expect(await refusal(app("set role app"))).to.include("permission denied");
  });
});
