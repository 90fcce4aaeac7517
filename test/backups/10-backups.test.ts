import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { problemsOf } from "../../cli/backups/health.ts";
import { readBackupList } from "../../cli/backups/list.ts";
import { poll } from "../../cli/poll.ts";
import { amount, numbersOf, sample } from "../support/sample.ts";
import { begin, end, site, storage } from "./scene.ts";
import { docker } from "./storage.ts";
import { pause, type Write, Writer } from "./writer.ts";

/** How many moments are gone back to. */
const count = amount("ONEBOX_MOMENTS", 2);

/** The ids of what was written. */
const ids = async (container: string) =>
  (await site.sql("SELECT id FROM links ORDER BY id", "onebox", container)).split("\n").map(Number);
const rows = (container?: string) =>
  site.sql("SELECT count(*) FROM links", "onebox", container).then(Number);

/** Of all processes that are there now. */
function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        return [readFileSync(`/proc/${id}/cmdline`, "utf8")];
      } catch {
        return []; // it has ended
      }
    });
}

describe("a database that is backed up", () => {
  let writes: Write[] = [];
  /** A moment that was gone back to. */
  let first: string;

  before(begin);
  after(end);

  it("has a first backup, which is all of it, and later ones of what has changed", async () => {
    await site.must("backup", "incr");
    await site.must("backup", "incr");
    const held = readBackupList(await site.must("backups", "list"));
    expect(held.map(({ type }) => type)).to.deep.equal(["full", "incr"]);
    expect(problemsOf(await site.status(), new Date())).to.deep.equal([]);
  });

  it("is brought back to any moment, with just what was acknowledged by then", async () => {
    const writer = new Writer(site.container);
    await sleep(12_000);
    writes = await writer.stop();
    const chosen = sample(writes.slice(0, -1), count, [], numbersOf("ONEBOX_MOMENTS"));
    expect(chosen.length).to.be.above(0);
    for (const [index, last] of chosen.entries()) {
      const moment = new Date(last.acknowledged + pause / 2).toISOString(); // nothing was under way
      const name = `moment${index}`;
      await site.must("database-copy", name, "--time", moment);
      const due = writes.map(({ id }) => id).filter((id) => id <= last.id);
      expect(await ids(site.copy(name)), moment).to.deep.equal(due);
      await site.must("database-copy", name, "--remove");
      expect(existsSync(join(site.data, "copies", name))).to.equal(false);
    }
    console.log(`      ${chosen.length} moments of ${writes.length} writes, each to the write`);
  });

  it("passes a drill, which leaves nothing behind", async () => {
    await site.must("drill");
    const { drill_result, drill_what } = await site.status();
    expect([drill_result, drill_what.slice(0, 8)]).to.deep.equal(["passed", "1 tables"]);
    expect(existsSync(join(site.data, "drill"))).to.equal(false);
  });

  it("has what is written right after a start stored within ten seconds", async () => {
    docker("restart", site.container);
    await site.untilReady();
    const file = await site.sql(
      "INSERT INTO links (id, url) SELECT coalesce(max(id), 0) + 1, 'early' FROM links; SELECT pg_walfile_name(pg_current_wal_insert_lsn())",
    );
    await sleep(10_000);
    const stored = `SELECT last_archived_wal >= '${file}' COLLATE "C" FROM pg_stat_archiver`;
    expect(await site.sql(stored)).to.equal("t");
  });

  it("is stored unreadable: no name of a table and no key is in any object", async () => {
    await site.sql("SELECT pg_switch_wal()");
    for (const file of storage.files(/./)) {
      const content = readFileSync(file).toString("latin1");
      for (const secret of [site.key, storage.login.secretKey, "CREATE TABLE", "links"])
        expect(content.includes(secret), file).to.equal(false);
    }
  });

  it("tells no secret: in no command line, name of an object or line of its log", async () => {
    const secrets = [site.key, storage.login.secretKey];
    const told: string[] = [];
    const look = (place: string, text: string) => {
      for (const secret of secrets) if (text.includes(secret)) told.push(`${place}: ${text}`);
    };
    const watched = new Set<string>();
    const watching = setInterval(() => {
      for (const line of commandLines()) {
        watched.add(line.split("\0")[0] ?? "");
        look("a command line", line);
      }
    }, 20);
    const said = await site.must("backup", "full");
    clearInterval(watching);
    expect([...watched].join()).to.include("pgbackrest"); // it was looked at
    look("what it says", said);
    look("the database's log", docker("logs", site.container));
    for (const file of storage.files(/./)) look("a name", file);
    expect(told).to.deep.equal([]);
  });

  it("goes on while the storage takes nothing, says so, and catches up", async () => {
    storage.refuse();
    try {
      const before = await rows();
      const last = Number(await site.sql("SELECT max(id) FROM links"));
      const writer = new Writer(site.container, last);
      const writes = () => writer.writes.length > 0;
      expect(await poll(writes, Boolean, { within: 60_000, pause: 20 })).to.equal(true);
      await site.sql(
        "DELETE FROM links WHERE id <= (SELECT max(id) FROM links) AND false; SELECT pg_switch_wal()",
      );
      const { length } = await writer.stop();
      expect(await rows()).to.equal(before + length);
      const backup = await site.run("backup", "incr");
      expect(backup.code, backup.output).to.equal(1);
      const state = await site.status();
      expect(state.waiting).to.be.above(0);
      const problems = problemsOf(state, new Date(Date.now() + 600_000)).join("\n");
      expect(problems).to.match(/segments of its log wait to be stored/);
      expect(problems).to.match(/the last backup failed/);
    } finally {
      storage.resume();
    }
    await site.must("backup", "incr");
    expect(problemsOf(await site.status(), new Date())).to.deep.equal([]);
  });

  it("leaves nothing at work when a backup is ended, and the next one passes", async () => {
    storage.refuse(); // it would go on for a while
    try {
      const names = () => docker("ps", "--all", "--format", "{{.Names}}").split("\n");
      const worker = `onebox-${site.environment}-pgbackrest-backup`;
      const backup = site.begin("backup", "incr");
      const atWork = () => names().includes(worker);
      expect(await poll(atWork, Boolean, { within: 120_000, pause: 100 })).to.equal(true);
      await sleep(1000);
      await backup.end();
      expect(await poll(atWork, (yes) => !yes, { within: 30_000, pause: 100 })).to.equal(false);
    } finally {
      storage.resume();
    }
    await site.must("backup", "incr");
  });

  it("goes back in place; what was dropped is there again, and the data from before are kept", async () => {
    const before = await rows();
    first = new Date().toISOString();
    await sleep(1500);
    await site.sql("DROP TABLE links");
    await site.must("backup", "incr"); // what is restored knows nothing of it
    writeFileSync(join(site.place, "run", site.environment, "restore.page"), "{}");
    await site.must("restore", "--time", first);
    expect(await rows()).to.equal(before);
    const pages = join(site.place, "run", site.environment, "pages");
    expect(readFileSync(pages, "utf8")).to.equal("on\noff\n");
    expect(existsSync(join(site.data, "postgres.before/pgdata"))).to.equal(true);
    await site.sql("INSERT INTO links (id, url) SELECT max(id) + 1, 'after' FROM links");
  });

  it("goes on from an older backup while the newest one is not in its history", async () => {
    const before = await rows();
    await sleep(1500);
    const moment = new Date().toISOString();
    await sleep(1500);
    await site.sql("DELETE FROM links");
    await site.must("drill");
    await site.must("database-copy", "look", "--time", moment);
    expect(await rows(site.copy("look"))).to.equal(before);
    await site.must("database-copy", "look", "--remove");
    await site.must("restore", "--time", moment);
    expect(await rows()).to.equal(before);
    await site.must("backup", "incr"); // the log of the new timeline is stored
    await site.must("drill");
    await site.must("restore", "--time", first); // of a timeline that knows nothing of that one
    await site.must("drill");
  });

  it("keeps for a day what each of several restores has put aside", async () => {
    const kept = () => readdirSync(site.data).filter((name) => name.startsWith("postgres.before"));
    expect(kept()).to.have.length(3);
    for (const name of kept().slice(1))
      execFileSync("touch", ["-d", "2 days ago", join(site.data, name)]);
    await site.must("backup", "incr");
    expect(kept()).to.deep.equal(["postgres.before"]);
  });

  it("keeps what it has when the app is not ready with what was restored", async () => {
    const before = await rows();
    const moment = new Date().toISOString();
    await sleep(1500);
    await site.sql("INSERT INTO links (id, url) SELECT max(id) + 1, 'newer' FROM links");
    const unready = join(site.place, "run", site.environment, "unready");
    writeFileSync(unready, "");
    const { code, output } = await site.run("restore", "--time", moment);
    expect(code, output).to.equal(1);
    expect(output).to.include("the app did not answer 200");
    await site.must("restore", "--settle"); // as systemd has host/release/settle do it
    unlinkSync(unready);
    expect(await rows()).to.equal(before + 1);
    expect(existsSync(join(site.data, "restoring"))).to.equal(false);
  });

  it("is all there on a new VM, but for the last ten seconds at most", async () => {
    await site.sql("TRUNCATE links");
    const writer = new Writer(site.container);
    await sleep(15_000);
    const vanished = Date.now();
    site.vanish();
    writes = await writer.stop();
    site.bash("image=onebox/database:17.11-trixie; bring_back");
    await site.startDatabase();
    const found = (await site.sql("SELECT id FROM links ORDER BY id")).split("\n").map(Number);
    const due = writes
      .filter(({ acknowledged }) => acknowledged < vanished - 10_000)
      .map(({ id }) => id);
    expect(due).to.have.length.above(0);
    expect(found).to.include.members(due);
    expect(new Set(found).size).to.equal(found.length);
  });
});
