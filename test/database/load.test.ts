import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
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
    postgres = await startPostgres(container);
  });
  after(() => {
    postgres.remove();
    rmSync(run, { recursive: true, force: true });
  });

  const visit = (sql: string) => postgres.visit("app", sql);
  const dump = () => execFileSync("docker", ["exec", container, "pg_dump", "-U", "app", "-Fc"]);

  /** Puts a dump in the place of what is there; says why when that fails. */
  function replace(input: Buffer): string {
    const program = `set -Eeuo pipefail; environment=${environment} run=${run} database=${container}
      docker() { command docker "$@"; }; . host/backups/replace.sh
      replace_data || why_not_replaced`;
    return execFileSync("bash", ["-c", program], { cwd: root, input }).toString().trim();
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
});
