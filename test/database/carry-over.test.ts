import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { label } from "../support/label.ts";

const docker = (args: string[], input = "") =>
  execFileSync("docker", args, { input, stdio: "pipe" }).toString().trim();

describe("what an upgrade carries over", () => {
  const [older, newer] = [`onebox-older-${process.pid}`, `onebox-newer-${process.pid}`];
  const socket = mkdtempSync(join(tmpdir(), "onebox-carry-"));

  const sql = (container: string, text: string, name = "postgres") =>
    docker(
      [
        "exec",
        "-i",
        container,
        "psql",
        "-v",
        "ON_ERROR_STOP=1",
        "-qAtX",
        "-U",
        "onebox",
        "-d",
      ].concat(`dbname='${name.replaceAll("'", "\\'")}'`),
      text,
    );
  const carry = () =>
    docker(
      ["exec", "-i", "-u", "postgres", older, "bash", "-s"],
      readFileSync(join(root, "host/release/carry-over"), "utf8"),
    );

  before(async () => {
    execFileSync("chmod", ["0777", socket]);
    const env = ["--env", "POSTGRES_USER=onebox", "--env", "POSTGRES_DB=postgres"];
    const trust = ["--env", "POSTGRES_HOST_AUTH_METHOD=trust", "--volume", `${socket}:/newer`];
    for (const [name, directories] of [
      [older, "/var/run/postgresql"],
      [newer, "/newer,/var/run/postgresql"],
    ] as const) {
      const command = ["postgres", `-cunix_socket_directories=${directories}`];
      docker([
        "run",
        "-d",
        ...label(),
        "--name",
        name,
        ...env,
        ...trust,
        "postgres:17.11-trixie",
        ...command,
      ]);
    }
    for (const name of [older, newer])
      for (let tries = 0; tries < 600; tries++, await sleep(100)) {
        const probe =
          'tr "\\0" " " </proc/1/cmdline | grep -q ^postgres && pg_isready -q && echo yes || true';
        if (docker(["exec", name, "sh", "-c", probe]) === "yes") break;
      }
  });
  after(() => {
    docker(["rm", "--force", "--volumes", older, newer]);
    rmSync(socket, { recursive: true, force: true });
  });

  it("is no database that takes no connections: it says so before anything is carried", () => {
    sql(older, "CREATE DATABASE closed ALLOW_CONNECTIONS false");
    expect(carry).to.throw("the database closed takes no connections");
    sql(older, "DROP DATABASE closed");
  });

  it("is every other one, whatever its name", () => {
    const names = ["app", "a=b", "it's \\ a", "postgres://x", "two\nlines"];
    for (const name of names) {
      sql(older, `CREATE DATABASE "${name}"`);
      sql(older, "CREATE TABLE t (x int); INSERT INTO t VALUES (7)", name.replaceAll("\\", "\\\\"));
    }
    carry();
    for (const name of names)
      expect(sql(newer, "SELECT x FROM t", name.replaceAll("\\", "\\\\")), name).to.equal("7");
  });
});
