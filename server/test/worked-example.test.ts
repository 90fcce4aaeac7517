import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { query } from "../dev/postgres.ts";
import { dryRun } from "../dry-run.ts";
import { loadMigrations, directory as migrations, needs } from "../migrations.ts";
import { migrate } from "../migrator.ts";
import { createTestDatabase } from "./database.ts";

const page = join(import.meta.dirname, "../../docs/migrations.md");
const example = /```ts\n\/\/ server\/migrations\/(\S+)\n([\s\S]*?)```/g;

describe("the worked example in docs/migrations.md", () => {
  let url: string;
  let drop: () => Promise<void>;
  let directory: string;
  before(async () => {
    ({ url, drop } = await createTestDatabase());
    directory = mkdtempSync(join(tmpdir(), "onebox-example-"));
  });
  after(async () => {
    rmSync(directory, { recursive: true });
    await drop();
  });

  const files = [...readFileSync(page, "utf8").matchAll(example)];
  const bring = (...names: string[]) => {
    for (const [, name = "", source = ""] of files) {
      if (names.includes(name)) writeFileSync(join(directory, name), source);
    }
    return migrate(url, { directory });
  };
  const targets = async () =>
    (await query(url, "select slug, target from links order by slug")).rows.map(
      ({ slug, target }) => `${slug} ${target}`,
    );

  it("begins with release 1", async () => {
    const first = "20261101120000_create_links.ts";
    copyFileSync(join(migrations, first), join(directory, first));
    await migrate(url, { directory });
    await query(url, "insert into links select 'a' || n, 'u' || n from generate_series(1, 2500) n");
  });

  it("expands so that releases 1 and 2 may write at the same time", async () => {
    const names = ["20261201090000_add_target.ts", "20261201090100_fill_target.ts"];
    expect(await bring(...names)).to.deep.equal(names);
    await query(url, "delete from links where slug not in ('a1', 'a2500')");
    await query(url, "insert into links (slug, url) values ('by-1', 'old')");
    await query(url, "insert into links (slug, target) values ('by-2', 'new')");
    expect(await targets()).to.deep.equal(["a1 u1", "a2500 u2500", "by-1 old", "by-2 new"]);
    expect((await query(url, "select from links where url is null")).rowCount).to.equal(0);
  });

  it("contracts so that release 2 still works, and is marked", async () => {
    const name = "20261215090000_drop_url.ts";
    expect(await bring(name)).to.deep.equal([name]);
    await query(url, "insert into links (slug, target) values ('by-2-again', 'new')");
    expect(await targets()).to.have.length(5);
    expect(needs(await loadMigrations(directory)).at(-1)).to.equal(`needs ${name} contract`);
  });

  it("can be shown by a dry run, from nothing", async () => {
    const empty = await createTestDatabase();
    const lines: string[] = [];
    await dryRun(empty.url, (text) => lines.push(text), directory);
    await empty.drop();
    expect(lines.filter((line) => line.startsWith("-- 2"))).to.have.length(4);
    expect(lines).to.include("-- contract: release 1 reads and writes links.url");
  });
});
