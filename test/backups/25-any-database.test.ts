import { type ChildProcess, spawn } from "node:child_process";
import { expect } from "chai";
import { begin, end, site } from "./scene.ts";
import { docker } from "./storage.ts";

/** What an app may have in its database, and a restore has not, or only by another name. */
const tables = [
  'CREATE TABLE "a|b" (x int); INSERT INTO "a|b" VALUES (1)',
  'CREATE TABLE "a|c" (x int); INSERT INTO "a|c" VALUES (1), (2)',
  'CREATE TABLE "two\nlines" (x int)',
  `CREATE TABLE "it's \\x" (x int)`,
  "CREATE UNLOGGED TABLE cache AS SELECT generate_series(1, 10) AS x",
  "CREATE SCHEMA other; CREATE TABLE other.links (x int)",
  "CREATE TABLE days (d date) PARTITION BY RANGE (d); CREATE TABLE day1 PARTITION OF days DEFAULT; INSERT INTO days VALUES (now())",
  "CREATE MATERIALIZED VIEW later AS SELECT * FROM links WITH NO DATA",
  "BEGIN; INSERT INTO other.links VALUES (1); PREPARE TRANSACTION 'waits'",
];

describe("a database of whatever kind", () => {
  let session: ChildProcess;
  before(async () => {
    await begin();
    docker("rm", "--force", site.container);
    site.words = [
      "-cmax_connections=150",
      "-cmax_prepared_transactions=5",
      "-cmax_locks_per_transaction=99",
    ];
    await site.startDatabase();
    for (const sql of tables)
      for (const part of sql.startsWith("BEGIN") ? [sql] : sql.split("; ")) await site.sql(part);
    const psql = ["exec", "-i", site.container, "psql", "-qX", "-U", "app", "-d", "app"];
    session = spawn("docker", psql, { stdio: ["pipe", "ignore", "ignore"] });
    session.stdin?.write("CREATE TEMPORARY TABLE mine (x int);\n");
    await site.must("backup", "full");
  });
  after(() => {
    session?.kill();
    end();
  });

  it("passes a drill", async () => {
    await site.must("drill");
  });

  it("is brought back beside itself, whatever its command allows it", async () => {
    await site.must("database-copy", "look");
    expect(await site.sql('SELECT sum(x) FROM "a|c"', "onebox", site.copy("look"))).to.equal("3");
    await site.must("database-copy", "look", "--remove");
  });

  it("is copied once at a time, and a copy that is not there is not removed", async () => {
    const names = ["one", "other"];
    const runs = await Promise.all(names.map((name) => site.run("database-copy", name)));
    expect(runs.map(({ code }) => code).sort(), JSON.stringify(runs)).to.deep.equal([0, 1]);
    expect(runs.map(({ output }) => output).join("")).to.include("is being made or removed");
    const [made = "", none = ""] = runs[0]?.code === 0 ? names : names.toReversed();
    const { code, output } = await site.run("database-copy", none, "--remove");
    expect(code).to.equal(1);
    expect(output).to.include(`there is no copy ${none} (there is: ${made})`);
    await site.must("database-copy", made, "--remove");
  });
});
