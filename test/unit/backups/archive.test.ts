import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { root } from "../../../config/load.ts";

/** The command that host/backups/compose.yml gives Postgres, as it runs it for a segment. */
function command(): string {
  const { services } = load(readFileSync(join(root, "host/backups/compose.yml"), "utf8")) as {
    services: { database: { command: string[] } };
  };
  const [word = ""] = services.database.command.filter((each) => /archive_command=/.test(each));
  return word.replace("-carchive_command=", "").replaceAll("$$", "$").replaceAll("%f", "0001");
}

describe("a segment of the log", () => {
  let bin: string;
  before(() => {
    bin = mkdtempSync(join(tmpdir(), "onebox-archive-"));
  });
  after(() => rmSync(bin, { recursive: true }));

  /** What Postgres sees when pgBackRest ends with a code, on a volume of which so much is taken. */
  function archive(code: number, used: number) {
    writeFileSync(join(bin, "pgbackrest"), `#!/bin/sh\nexit ${code}\n`, { mode: 0o700 });
    writeFileSync(join(bin, "df"), `#!/bin/sh\nprintf 'Use%%\\n ${used}%%\\n'\n`, { mode: 0o700 });
    const path = `${bin}:${process.env.PATH}`;
    const done = spawnSync("sh", ["-c", command()], { env: { PATH: path } });
    return { stored: done.status === 0, said: done.stderr.toString().trim() };
  }

  it("is stored, however full the volume is", () => {
    expect(archive(0, 97)).to.deep.equal({ stored: true, said: "" });
  });

  it("stays when it cannot be stored", () => {
    expect(archive(103, 89)).to.deep.equal({ stored: false, said: "" });
  });

  it("is given up when the volume is nearly full, which is told", () => {
    expect(archive(103, 90)).to.deep.equal({
      stored: true,
      said: "dropped WAL file 0001: the volume is nearly full",
    });
  });

  it("stays when a signal ended whoever was storing it", () => {
    expect(archive(143, 97)).to.deep.equal({ stored: false, said: "" });
  });

  it("is given to a command that sh can read", () => {
    expect(execFileSync("sh", ["-nc", command()]).toString()).to.equal("");
  });
});
