import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { type Postgres, startPostgres } from "./postgres.ts";

const execute = promisify(execFile);

describe("the roles of an environment's database", () => {
  const environment = `roles${process.pid}`;
  const container = `onebox-${environment}-database`;

  let postgres: Postgres;
  const visit = (role: string, sql: string) => postgres.visit(role, sql);

  before(async () => {
    postgres = await startPostgres(container);
    await visit("app", schema);
    await postgres.save();
  });
  beforeEach(() => postgres.restore());
  after(() => postgres.remove());

  /** Has host/ see to the roles, as a release does; returns what it says. */
  async function keepRoles(first = ":"): Promise<string> {
    const program = `set -Eeuo pipefail; shopt -s inherit_errexit
      environment=${environment}; say() { echo "$*"; }
      . host/release/roles.sh; ${first}; keep_roles`;
    const { stdout } = await execute("bash", ["-c", program], { cwd: root });
    return stdout;
  }

  const schema = `
    create table links (id serial primary key, slug text);
    create table numbered (id int generated always as identity);
    create view shown as select * from links;
    create type mood as enum ('good');
    create function one() returns int language sql as 'select 1';
    create schema more; create table more.things (a int);
    create extension pgcrypto;
    create database other;`;
  const superuser = "select rolsuper from pg_roles where rolname = current_user";
  const left = `
    select count(*) from pg_class c left join pg_depend d on d.objid = c.oid and d.deptype = 'e'
    where c.oid >= 16384 and d.objid is null and relowner <> 'app'::regrole`;
  const refused = async (role: string, sql: string) =>
    visit(role, sql).then(
      () => "nothing",
      (error: { stderr: string }) => error.stderr,
    );

  it("the app has all of it, and cannot run programs on the server", async () => {
    expect(await refused("app", "copy links (slug) from program 'id'")).to.equal("nothing");
    expect(await keepRoles()).to.equal("");
    const program = await refused("app", "copy links (slug) from program 'id'");
    expect(program).to.include("permission denied to COPY to or from an external program");
    expect(await refused("app", "select pg_read_file('/etc/passwd')")).to.include("denied");
    expect(await visit("app", superuser)).to.equal("f");
    expect(await visit("app", left)).to.equal("0");
    const change = "alter table links add column url text; alter type mood add value 'bad'";
    await visit(
      "app",
      `${change}; create table made (a int); drop view shown; drop schema more cascade`,
    );
    await visit(
      "app",
      "create extension citext; create or replace function one() returns int language sql as 'select 2'",
    );
    const owners =
      "select string_agg(datname, ' ' order by datname) from pg_database where datdba = 'app'::regrole";
    expect(await visit("app", owners)).to.equal("app other");
  });

  it("the app acts as the roles that it has made, and they as the app, but none as the superuser", async () => {
    const made = ["tenant", "runner", "reader"].map((role) => `create role ${role}`).join("; ");
    await visit("app", `${made}; grant pg_execute_server_program to runner; grant app to reader`);
    expect(await keepRoles()).to.equal("");
    expect(await visit("app", "set role tenant; select current_user")).to.equal("tenant");
    await visit("app", "create role another; drop role tenant");
    expect(await refused("app", "create role strong superuser")).to.include("permission denied");
    await visit("app", "create database another"); // as it has made "other"
    for (const role of ["runner", "reader", "onebox"]) {
      expect(await refused("app", `set role ${role}`)).to.include("permission denied to set role");
    }
    const mayAct =
      "select pg_has_role('reader', 'app', 'member'), pg_has_role('reader', 'onebox', 'member')";
    expect(await visit("app", mayAct)).to.equal("t|f");
  });

  it("whoever was to read all that the app makes goes on reading it", async () => {
    const given = "alter default privileges in schema public grant select on tables to reader";
    await visit("app", `create role reader; ${given}`);
    expect(await keepRoles()).to.equal("");
    const reads =
      "create table made (a int); select has_table_privilege('reader', 'made', 'select')";
    expect(await visit("app", reads)).to.equal("t");
  });

  it("nobody is the superuser by the network, by whatever password", async () => {
    await keepRoles();
    expect(await refused("onebox", "select 1")).to.include("password authentication failed");
  });

  it("whoever is connected meanwhile goes on, and what it makes is the app's in the next release", async () => {
    const psql = spawn("docker", ["exec", "-i", container, "psql", "-qAtX", "-U", "app"]);
    psql.stdin.write("create table early (a int);\n");
    await keepRoles();
    psql.stdin.end("insert into links (slug) values ('kept'); create table late (a int);\n");
    await new Promise((ended) => psql.on("close", ended));
    expect(await visit("app", "select slug from links")).to.equal("kept");
    expect(await visit("app", left)).to.equal("1");
    expect(await keepRoles()).to.equal("");
    expect(await visit("app", left)).to.equal("0");
  });

  it("temporary tables of a session that goes on do not matter", async () => {
    const psql = spawn("docker", ["exec", "-i", container, "psql", "-qAtX", "-U", "app"]);
    psql.stdin.write("create temporary table mine (id serial); select 'made';\n");
    await new Promise((told) => psql.stdout.once("data", told));
    expect(await keepRoles()).to.equal("");
    expect(await keepRoles(), "in the next release").to.equal("");
    expect(await visit("app", superuser)).to.equal("f");
    psql.stdin.end();
    await new Promise((ended) => psql.on("close", ended));
  });

  it("a table that is in use leaves things as they are until the next release", async () => {
    const psql = spawn("docker", ["exec", "-i", container, "psql", "-qAtX", "-U", "app"]);
    psql.stdin.write("begin; lock table links; select 'locked';\n");
    await new Promise((told) => psql.stdout.once("data", told));
    expect(await keepRoles()).to.match(/^warning: the app may still be .* lock timeout\n$/);
    expect(await visit("app", superuser)).to.equal("t");
    psql.stdin.end();
    await new Promise((ended) => psql.on("close", ended));
    expect(await keepRoles()).to.equal("");
    expect(await visit("app", superuser)).to.equal("f");
  });

  it("a release that was killed half-way is gone on with by the next one", async () => {
    const begun = `as app <<<'create role onebox_app; create role onebox_setup superuser login'; adopt app onebox_app`;
    expect(await keepRoles(begun)).to.equal("");
    expect(await visit("app", superuser)).to.equal("f");
    expect(await visit("app", "select count(*) from pg_roles where rolname ~ '^onebox'")).to.equal(
      "1",
    );
  });
});
