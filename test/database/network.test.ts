import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { label } from "../support/label.ts";
import { type Postgres, password, startPostgres } from "./postgres.ts";

const execute = promisify(execFile);
const docker = (...args: string[]) =>
  execFileSync("docker", args, { stdio: "pipe" }).toString().trim();

describe("the network of a database that an older release has made", () => {
  const environment = `network${process.pid}`;
  const [edge, data] = [`onebox-${environment}`, `onebox-${environment}-data`];
  const [database, app] = [`onebox-${environment}-database`, `onebox-${environment}-blue`];
  let postgres: Postgres;
  let dir: string;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "onebox-network-"));
    for (const [release, file] of [
      ["new", readFileSync(join(root, "docker-compose.yml"), "utf8")],
      ["old", "services: {}\n"],
    ] as const) {
      mkdirSync(join(dir, "releases", release), { recursive: true });
      writeFileSync(join(dir, "releases", release, "compose.yml"), file);
      writeFileSync(join(dir, "releases", release, "release.env"), "COMPOSE_PROFILES=database\n");
    }
    docker("network", "create", ...label(), edge);
    postgres = await startPostgres(database);
    docker("network", "connect", "--alias", "db", edge, database);
    docker("network", "disconnect", "bridge", database);
    const run = ["run", "--detach", "--init", ...label(), "--name", app, "--network", edge];
    docker(...run, "--entrypoint", "sleep", "postgres:17.11-trixie", "1000");
    await host("keep_roles");
  });
  after(() => {
    postgres?.remove();
    docker("rm", "--force", "--volumes", app);
    for (const name of [edge, data]) docker("network", "rm", name);
    rmSync(dir, { recursive: true, force: true });
  });

  /** Has host/ do something, as a release does. What compose makes of a release's file is made here. */
  async function host(command: string): Promise<string> {
    const program = `set -Eeuo pipefail; shopt -s inherit_errexit
      environment=${environment} dir=${dir} data=${dir} run=${dir}; say() { echo "$*"; }
      setting() { sed -n "s/^$2=//p" "$dir/releases/$1/release.env"; }
      compose() { docker network create ${label().join(" ")} --internal ${data} >/dev/null 2>&1 || true; }
      serving() { echo blue; }; container() { echo ${app}; }
      hold_requests() { echo held; }; let_go() { echo let go; }
      for name in database network roles logins; do . host/release/$name.sh; done; ${command}`;
    return (await execute("bash", ["-c", program], { cwd: root })).stdout;
  }
  const networks = () => {
    const format = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}";
    return docker("inspect", "--format", format, database).split(" ");
  };
  const started = () => docker("inspect", "--format", "{{.State.StartedAt}}", database);
  const url = `postgres://app:${password}@db:5432/app`;
  const ask = (sql: string) => docker("exec", app, "psql", url, "-Atc", sql);

  it("is joined by the one in which nobody but the app is, while it runs", async () => {
    const since = started();
    await host("reach old");
    expect(networks()).to.deep.equal([edge]);
    await host("reach new old");
    expect(networks()).to.deep.equal([edge, data]);
    await host("reach new");
    docker("network", "connect", data, app); // as compose does with the new release
    expect(ask("select 1")).to.equal("1");
    expect(started()).to.equal(since);
  });

  it("is left once no older release runs: whoever is connected there connects again", async () => {
    const since = started();
    const psql = spawn("docker", ["exec", "-i", app, "psql", url, "-Atf", "-"]);
    let said = "";
    for (const stream of [psql.stdout, psql.stderr])
      stream.on("data", (text) => {
        said += text;
      });
    psql.stdin.write("select 'connected';\n");
    await once(psql.stdout, "data");
    expect(await host("withdraw_database old")).to.equal("");
    expect(await host("withdraw_database new")).to.match(/leaves the network .*\nheld\nlet go\n/);
    psql.stdin.end("select 'goes on';\n");
    await once(psql, "close"); // at once, and not when a timeout has passed
    expect(said)
      .to.match(/terminating connection/)
      .and.not.match(/goes on/);
    expect(networks()).to.deep.equal([data]);
    expect(ask("select 2")).to.equal("2");
    expect(started()).to.equal(since);
    expect(await host("withdraw_database new")).to.equal("");
  });

  it("is that of Traefik again for an older release that is rolled back to", async () => {
    await host("reach old");
    expect(networks()).to.deep.equal([edge, data]);
    docker("network", "disconnect", data, app);
    expect(ask("select 3")).to.equal("3");
  });
});
