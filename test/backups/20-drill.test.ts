import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { begin, end, site, storage } from "./scene.ts";

describe("a drill finds", () => {
  before(async () => {
    await begin();
    await site.sql("INSERT INTO links (url) SELECT 'x' FROM generate_series(1, 1000)");
    await site.must("backup", "full");
  });
  after(end);

  /** What it says, in one line. */
  async function finding(): Promise<string> {
    const { code, output } = await site.run("drill");
    expect(code, output).to.equal(1);
    const { drill_result, drill_what } = await site.status();
    expect(drill_result).to.equal("failed");
    expect(output).to.include(drill_what);
    return drill_what;
  }

  it("a query of the app's that is not content", async () => {
    site.check = "SELECT count(*) > 5000 FROM links";
    site.configure();
    expect(await finding()).to.equal("backups.check answers f");
    site.check = "SELECT count(*) = 1000 FROM links";
    site.configure();
    await site.must("drill");
  });

  it("a wrong key", async () => {
    site.configure({ "repo1-cipher-pass": "another-key-that-is-just-as-long-as-the-right-one" });
    expect(await finding()).to.not.equal("");
    site.configure();
  });

  /** Has the largest part of the backup be something else meanwhile. */
  async function spoil(how: (good: Buffer) => Buffer): Promise<string> {
    const size = (file: string) => statSync(file).size;
    const [bundle = ""] = storage.files(/\/bundle\//).sort((a, b) => size(b) - size(a));
    const good = readFileSync(bundle);
    writeFileSync(bundle, how(good));
    try {
      return await finding();
    } finally {
      writeFileSync(bundle, good);
    }
  }

  it("a bit that was flipped in what is stored", async () => {
    const found = await spoil((good) => {
      const bad = Buffer.from(good);
      bad.writeUInt8((bad[5000] ?? 0) ^ 1, 5000);
      return bad;
    });
    expect(found).to.match(/restored|not as it was written/);
  });

  it("a base backup that was truncated", async () => {
    const found = await spoil((good) => good.subarray(0, good.length / 2));
    expect(found).to.match(/restored|not as it was written/);
  });

  it("a base backup that is empty", async () => {
    expect(await spoil(() => Buffer.alloc(0))).to.match(/restored|not as it was written/);
  });

  it("a backup that is older than allowed", async () => {
    site.configure({ BACKUP_OLD: "-1" });
    expect(await finding()).to.match(/^the newest backup is \d+ hours old$/);
    site.configure();
  });

  it("an index that is not in the order of its keys", async () => {
    const compare = (one: string, other: string) =>
      `CREATE OR REPLACE FUNCTION odd(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp(${one}, ${other})';`;
    await site.sql(`${compare("$1", "$2")} CREATE OPERATOR CLASS odd FOR TYPE int USING btree AS
      OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 odd(int, int);
      CREATE INDEX odd ON links (id odd); ${compare("$2", "$1")}`);
    expect(await finding()).to.match(/^amcheck: .*odd/);
    await site.sql("DROP INDEX odd");
    await site.must("drill");
  });

  it("a segment of the log that is missing", async () => {
    const [, segment = ""] = storage
      .files(/\/[0-9A-F]{24}-[0-9a-f]{40}\.zst$/)
      .sort()
      .reverse();
    execFileSync("rm", [segment]);
    expect(await finding()).to.match(/moment|not as it was written|restored/);
  });
});
