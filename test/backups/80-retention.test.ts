import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Backup, readBackupList } from "../../cli/backups/list.ts";
import { listVersions } from "../../cli/objects/versions.ts";
import { Resigner } from "./resigner.ts";
import { begin, end, site, storage } from "./scene.ts";
import { docker } from "./storage.ts";

/**
 * Postgres, pgBackRest and restic's backups live as many seconds before as a file says that lies beside the database. It all
 * ends now: restic lets nothing go that is younger.
 */
const clock = "/var/lib/postgresql/data/clock";
const past = `RUN apt-get update && apt-get install -y --no-install-recommends libfaketime && rm -rf /var/lib/apt/lists/* \
  && printf '%s\\n' '#!/bin/sh' 'case " $* " in *" backup "*) exec /usr/bin/restic "$@" --time "$(date -d "$(cat /volume/*/postgres/clock) seconds" "+%F %T")" ;; esac' \
    'exec /usr/bin/restic "$@"' >/usr/local/bin/restic && chmod +x /usr/local/bin/restic
ENV LD_PRELOAD=/usr/\\$LIB/faketime/libfaketime.so.1 FAKETIME_TIMESTAMP_FILE=${clock} FAKETIME_CACHE_DURATION=1 \
  FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1 NO_FAKE_STAT=1
`;
const DAY = 86_400;
const megabyte = 1 << 20;

/** When all of it is backed up, by the day; in between, what has changed. */
const fulls = [0, 7, 14, 21, 28, 35, 42];
const last = 43;

describe("after six weeks, of which any moment of seven days and the backups of three weeks are to be kept,", () => {
  let resigner: Resigner;
  const began = Date.now() - last * DAY * 1000;
  /** Of each day on which something was written: a moment after it, and the segment of the log that has it. */
  const moments = new Map<number, { time: string; segment: string }>();
  let backups: Backup[];
  let files: number[];
  /** The names of all objects, but for those that versions are left of only. */
  let stored: string[];

  const dayOf = (time: number) => Math.round((time - began) / 1000 / DAY);
  const ids = (container: string) =>
    site.sql("SELECT string_agg(id::text, ' ' ORDER BY id) FROM links", "onebox", container);
  const until = (day: number) => [...moments.keys()].filter((each) => each <= day).join(" ");
  const upload = (day: number) => `uploads/day${day}`;

  before("lives through them", async () => {
    await begin(past);
    setClock(0);
    docker("restart", site.container); // it looks for that file at its start
    await site.untilReady();
    resigner = new Resigner(storage);
    site.keep = { days: 7, weeks: 3 };
    // Its certificate is not valid yet.
    site.configure({
      "repo1-storage-port": `${await resigner.start()}\nrepo1-storage-verify-tls=n`,
    });
    for (const day of fulls) {
      await live(day, "full");
      await live(Math.min(day + 3, last), "incr");
    }
    for (let more = 0; more < 3; more++) await site.must("backup", "full"); // somebody was afraid
    backups = readBackupList(await site.must("backups", "list"));
    const versions = await listVersions(storage.bucket(storage.owner), "tests/");
    stored = versions.filter(({ latest, deleted }) => latest && !deleted).map(({ key }) => key);
    const seconds = site.bash(`need_files_image "$(image_of_database)"; snapshots`);
    files = seconds
      .trim()
      .split("\n")
      .map((line) => dayOf(Number.parseInt(line, 10) * 1000));
  });
  after(() => {
    resigner?.stop();
    end();
  });

  function setClock(day: number): void {
    site.later = (day - last) * DAY;
    writeFileSync(join(site.data, "postgres/clock"), `-${-site.later}\n`);
  }

  /** Writes something on that day, and backs it up. */
  async function live(day: number, kind: "full" | "incr"): Promise<void> {
    setClock(day);
    await sleep(2500); // the clock is read each second
    const sql = `INSERT INTO links VALUES (${day}, 'x'); SELECT pg_walfile_name(pg_current_wal_insert_lsn())`;
    const segment = await site.sql(sql);
    await sleep(500);
    const time = await site.sql(
      `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    );
    moments.set(day, { time, segment });
    await sleep(500);
    rmSync(join(site.data, "uploads"), { recursive: true, force: true });
    mkdirSync(join(site.data, "uploads")); // nothing in them is older than that day
    writeFileSync(join(site.data, upload(day)), randomBytes(megabyte));
    await site.must("backup", kind);
  }

  /** The ids and the files' days of a copy that words of host/backups/database-copy lead to. */
  async function copied(...words: string[]): Promise<{ ids: string; files: number[] }> {
    await site.must("database-copy", "look", ...words);
    const held = await ids(site.copy("look"));
    const place = join(site.data, "copies/look/files", site.environment);
    const there = [...moments.keys()].filter((day) => existsSync(join(place, upload(day))));
    await site.must("database-copy", "look", "--remove");
    return { ids: held, files: there };
  }

  it("the backups of three weeks are there, and nothing of older ones", async () => {
    const days = backups.map(({ timestamp }) => dayOf(timestamp.stop * 1000));
    const kept = [...moments.keys()].filter((day) => day >= 21);
    expect(days).to.deep.equal([...kept, last, last, last]);
    const labels = new Set(stored.flatMap((key) => /\/(\d{8}-\d{6}F[^/]*)\//.exec(key)?.[1] ?? []));
    expect([...labels].sort()).to.deep.equal(backups.map(({ label }) => label).sort());
  });

  it("the log of seven days is there, and none of before but what those backups need", () => {
    const there = (day: number) =>
      stored.some((key) => key.includes(`/${moments.get(day)?.segment}-`));
    const [first] = fulls.filter((day) => day <= last - 7).slice(-1);
    expect([0, 3, 7, 10, 14, 17].filter(there)).to.deep.equal([]);
    expect(
      [...moments.keys()].filter((day) => day > (first ?? 0)).filter((day) => !there(day)),
    ).to.deep.equal([]);
  });

  it("a moment of those days is brought back, and one of before is refused", async () => {
    const found = await copied("--time", moments.get(38)?.time ?? "");
    expect(found.ids).to.equal(until(38));
    const { code } = await site.run("database-copy", "look", "--time", moments.get(31)?.time ?? "");
    expect(code).to.equal(1);
  });

  it("a weekly backup of each of those weeks is brought back, with its files", async () => {
    for (const day of [21, 28, 35]) {
      const { label = "" } =
        backups.find((each) => dayOf(each.timestamp.stop * 1000) === day && each.type === "full") ??
        {};
      const found = await copied("--set", label);
      expect(found.ids).to.equal(until(day));
      expect(found.files).to.deep.equal([day]);
    }
  });

  it("files of those backups and of the last days are there, and what only older ones had is gone", () => {
    expect(files).to.include.members([21, 28, 35, 38, 42, last]);
    expect(files.filter((day) => [0, 3, 7, 10].includes(day))).to.deep.equal([]);
    const packs = stored.filter((key) => /\/files\/.*\/data\//.test(key));
    const size = (key: string) => statSync(join(storage.place, "content/backups", key)).size;
    const megabytes = packs.reduce((sum, key) => sum + size(key), 0) / megabyte;
    console.log(`      files of days ${files.join(", ")}: ${megabytes.toFixed(1)} MB`);
    // One of each day; restic leaves a little that nothing needs.
    expect(megabytes).to.be.below(new Set(files).size + 2);
  });
});
