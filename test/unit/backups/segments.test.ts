import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { root } from "../../../config/load.ts";

/** The health check that host/backups/compose.yml gives Postgres, which ends a segment of its log. */
function check(): string {
  const { services } = load(readFileSync(join(root, "host/backups/compose.yml"), "utf8")) as {
    services: { database: { healthcheck: { test: [string, string] } } };
  };
  return services.database.healthcheck.test[1].replaceAll("$$", "$");
}

describe("a database's health check, where it is backed up", () => {
  let bin: string;
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), "onebox-segments-"));
  });
  afterEach(() => rmSync(bin, { recursive: true }));

  /** Runs it with a Postgres that answers so; returns how it ended and what it has asked. */
  function run(answer: string, { ready = 0, code = 0 } = {}) {
    writeFileSync(join(bin, "pg_isready"), `#!/bin/sh\nexit ${ready}\n`, { mode: 0o700 });
    const psql = `#!/bin/sh\necho "$*" >${bin}/asked; printf '%s' '${answer}'; exit ${code}\n`;
    writeFileSync(join(bin, "psql"), psql, { mode: 0o700 });
    const program = check().replaceAll("/tmp/ended", join(bin, "ended"));
    const done = spawnSync("sh", ["-c", program], {
      env: { PATH: `${bin}:${process.env.PATH}` },
    });
    return { code: done.status, asked: () => readFileSync(join(bin, "asked"), "utf8") };
  }

  it("ends no segment for the same transactions twice", () => {
    run("700:702:701|0/3000000");
    expect(run("").asked()).to.include("<> '700:702:701'");
    expect(run("").asked(), "after one in which nothing was ended").to.include("<> '700:702:701'");
  });

  it("ends none while some wait to be stored", () => {
    expect(run("").asked()).to.include("3 > (SELECT count(*) FROM pg_ls_archive_statusdir()");
  });

  it("tells of the database alone", () => {
    expect(run("", { code: 2 }).code).to.equal(0);
    expect(run("", { ready: 2 }).code).to.equal(1);
  });
});
