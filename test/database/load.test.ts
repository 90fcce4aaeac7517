import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { type Postgres, startPostgres } from "./postgres.ts";

describe("a dump that is loaded", () => {
  const environment = `load${process.pid}`;
  const container = `onebox-${environment}-database`;
  let postgres: Postgres;
  let run: string;

  before(async () => {
    run = mkdtempSync(join(tmpdir(), "onebox-load-"));
    leave(4096);
    postgres = await startPostgres(container);
  });
  after(() => {
    postgres.remove();
    rmSync(run, { recursive: true, force: true });
  });

  const visit = (sql: string) => postgres.visit("app", sql);
  const dump = () => execFileSync("docker", ["exec", container, "pg_dump", "-U", "app", "-Fc"]);

  /** So many megabytes are left of the volume. */
  const leave = (megabytes: number) => writeFileSync(join(run, "free"), `${megabytes}\n`);

  /** Runs shell with what host/backups/load sources. */
  function bash(shell: string): string {
    const program = `set -Eeuo pipefail; environment=${environment} run=${run} data=${run} database=${container}
      docker() { command docker "$@"; }; say() { echo "$@"; }
      for name in lib/space release/roles backups/replace; do . "host/$name.sh"; done
      free_disk() { cat "$run/free"; }; ${shell}`;
    return execFileSync("bash", ["-c", program], { cwd: root }).toString().trim();
  }

  /** Puts a dump in the place of what is there; says why when that fails. */
  function replace(dump: Buffer): string {
    writeFileSync(join(run, "dump"), dump);
    return bash('replace_data "$run/dump" || why_not_replaced');
  }

  /** Runs SQL in a session that goes on until it is killed. */
  function hold(sql: string): ChildProcess {
    const psql = ["exec", "-i", container, "psql", "-qX", "-U", "app", "-d", "app"];
    const session = spawn("docker", psql, { stdio: ["pipe", "ignore", "ignore"] });
    session.stdin?.write(`${sql};\n`);
    return session;
  }

  it("takes the place of all that is there, also of newer tables that refer to its own", async () => {
    await visit("create table links (id int primary key); insert into links values (1), (2)");
    const kept = dump();
    await visit(`create table clicks (link int references links); insert into clicks values (1);
      create view most as select count(*) from clicks; insert into links values (3)`);
    expect(replace(kept)).to.equal("");
    expect(
      await visit("select count(*), to_regclass('clicks'), to_regclass('most') from links"),
    ).to.equal("2||");
  });

  it("changes nothing when it is broken off", async () => {
    const kept = dump();
    await visit("insert into links values (4)");
    expect(replace(kept.subarray(0, kept.length - 400))).to.match(/pg_restore: error|broken off/);
    expect(await visit("select count(*) from links")).to.equal("3");
  });

  it("has psql obey nothing that a stranger has written into it", async () => {
    const room = "x".repeat(80);
    await visit(`comment on table links is '${room}'`);
    const hostile = `';\n\\! touch /tmp/obeyed\n\\connect postgres\n--`.padEnd(room.length, "x");
    const text = dump().toString("latin1").replaceAll(room, hostile);
    expect(text).to.include("/tmp/obeyed");
    expect(replace(Buffer.from(text, "latin1"))).to.include("backslash commands are restricted");
    expect(() =>
      execFileSync("docker", ["exec", container, "ls", "/tmp/obeyed"], { stdio: "pipe" }),
    ).to.throw("No such file");
  });

  it("changes nothing when its end cannot be loaded, whatever large objects come before", async () => {
    await visit(
      "select lo_from_bytea(0, 'a file'); create role reader; grant select on links to reader",
    );
    const kept = dump();
    await visit("drop owned by reader; drop role reader; insert into links values (5)");
    const before = await visit(
      "select count(*), (select count(*) from pg_largeobject_metadata) from links",
    );
    expect(replace(kept)).to.include('role "reader" does not exist');
    expect(
      await visit("select count(*), (select count(*) from pg_largeobject_metadata) from links"),
    ).to.equal(before);
  });

  it("takes the place of all large objects, too", async () => {
    const kept = dump();
    await visit("select lo_from_bytea(0, 'another file')");
    expect(replace(kept)).to.equal("");
    expect(await visit("select count(*) from pg_largeobject_metadata")).to.equal("1");
  });

  it("leaves an extension as it is that is not the app's", async () => {
    expect(bash("keep_roles")).to.equal("");
    bash('as onebox <<<"create extension pg_trgm"');
    await visit("create index near on links using gist ((id::text) gist_trgm_ops)");
    expect(replace(dump())).to.equal("");
    expect(await visit("select count(*) from pg_extension")).to.equal("2");
  });

  it("is ended before it fills the volume, and leaves nobody waiting", async () => {
    const kept = dump();
    const session = hold("begin; lock table links"); // it would go on until that ends
    leave(400);
    try {
      expect(replace(kept)).to.equal(
        "the volume has 400 MB left, and what is loaded must leave 512 MB; enlarge server.volumeSize",
      );
    } finally {
      leave(4096);
      session.kill();
    }
    expect(replace(kept)).to.equal("");
  });
});
