import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { renderDatabaseLogin } from "../../cli/release/database-login.ts";
import { root } from "../../config/load.ts";
import { type Postgres, startPostgres } from "./postgres.ts";

const execute = promisify(execFile);

describe("the logins of an environment's database", () => {
  const environment = `logins${process.pid}`;
  const [one, two] = ["app_00000001", "app_00000002"];
  let postgres: Postgres;
  let dir: string;

  before(async () => {
    postgres = await startPostgres(`onebox-${environment}-database`);
    dir = mkdtempSync(join(tmpdir(), "onebox-logins-"));
    for (const name of ["old", "one", "two"]) {
      mkdirSync(join(dir, "releases", name), { recursive: true });
      writeFileSync(join(dir, "releases", name, "release.env"), "COMPOSE_PROFILES=database\n");
    }
    bring("one", one, "first");
    bring("two", two, "second");
    await host("keep_roles");
  });
  after(() => {
    postgres.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  function bring(release: string, name: string, password: string): void {
    const value = `postgres://${name}:${password}@db:5432/app`;
    const login = renderDatabaseLogin([{ key: "DATABASE_URL", value, line: 1 }]);
    writeFileSync(join(dir, "releases", release, "database-login"), login ?? "");
  }

  /** Has host/ do something, as a release does. */
  async function host(command: string): Promise<string> {
    const program = `set -Eeuo pipefail; shopt -s inherit_errexit
      environment=${environment} dir=${dir} data=${dir}; say() { echo "$*"; }
      setting() { sed -n "s/^$2=//p" "$dir/releases/$1/release.env"; }
      has_database() { [ -e "$dir/releases/$1/release.env" ]; }
      . host/release/roles.sh; . host/release/logins.sh; ${command}`;
    return (await execute("bash", ["-c", program], { cwd: root })).stdout;
  }
  const visit = (role: string, sql: string, password?: string) =>
    postgres.visit(role, sql, password);
  const refused = (role: string, password?: string) =>
    visit(role, "select 1", password).then(
      () => "let in",
      (error: { stderr: string }) => error.stderr,
    );
  const no = /password authentication failed/;

  it("are two while one release takes another's place, and both act as the app", async () => {
    await visit("app", "create table links (slug text); alter role app set work_mem = '5MB'");
    await host("let_in one");
    expect(await visit(one, "select current_user, session_user", "first")).to.equal(`app|${one}`);
    expect(await visit(one, "show work_mem", "first")).to.equal("5MB");
    await visit(one, "alter table links add column url text; create table made (a int)", "first");
    const owner = "select tableowner from pg_tables where tablename = 'made'";
    expect(await visit("app", owner)).to.equal("app");
    expect(await visit("app", "select 1")).to.equal("1");
    expect(await refused(one, "guess")).to.match(no);
  });

  it("are only that of what serves afterwards; what is connected by another ends", async () => {
    const open = visit("app", "select pg_sleep(60)").then(
      () => "went on",
      (error: { stderr: string }) => error.stderr,
    );
    const connected =
      "select count(*) from pg_stat_activity where usename = 'app' and wait_event = 'PgSleep'";
    for (const end = Date.now() + 60_000; (await visit(one, connected, "first")) !== "1"; )
      expect(Date.now()).to.be.below(end);
    await host("lock_out one");
    expect(await open).to.match(/terminating connection due to administrator command/);
    expect(await refused("app")).to.match(no);
    expect(await refused(one, "first")).to.equal("let in");
  });

  it("are exchanged again, and the one before is forgotten with its release", async () => {
    await host("let_in two");
    expect(await refused(one, "first")).to.equal("let in");
    await host("lock_out two");
    expect(await refused(one, "first")).to.match(no);
    rmSync(join(dir, "releases/one"), { recursive: true });
    await host("lock_out two");
    const left =
      "select string_agg(rolname, ' ' order by rolname) from pg_roles where rolname ~ '^app(_[0-9a-f]{8})?$'";
    expect(await visit(two, left, "second")).to.equal(`app ${two}`);
  });

  it("are good again with the release that is rolled back to, which is said", async () => {
    expect(await host("let_in_again old two")).to.match(/^note: old has another login/);
    expect(await refused("app")).to.equal("let in");
    await host("lock_out old");
    expect(await refused(two, "second")).to.match(no);
    expect(await host("let_in_again two old; let_in_again two two")).to.match(/^note: [^\n]*\n$/);
    expect(await refused(two, "second")).to.equal("let in");
  });

  it("are nothing that a release could run as SQL", async () => {
    writeFileSync(
      join(dir, "releases/two/database-login"),
      "app_00000003 x';DROP-TABLE-links;--\n",
    );
    expect(await host("let_in two || echo refused")).to.match(/another version.*\nrefused\n$/s);
  });
});
