import { expect } from "chai";
import { problemsOf, renderBackups } from "../../../cli/backups/health.ts";
import { readBackupList, renderBackupList } from "../../../cli/backups/list.ts";
import { describeLoss, refuseTarget } from "../../../cli/backups/loss.ts";
import { parseTarget, wordsOf } from "../../../cli/backups/target.ts";
import { type Backups, readBackups } from "../../../cli/vm/answers.ts";

const now = new Date("2026-11-26T12:00:00Z");
const line = {
  ...{ onebox: 1, kind: "backups", environment: "prod", archived: "2026-11-26T11:59:55Z" },
  ...{ begun: "2026-11-20T00:00:00Z", failed: "", waiting: "0", oldest: "", dropped: "0" },
  ...{ megabytes: "0", most: "2048" },
  ...{ backup: "2026-11-26T02:00:00Z", backup_passed: "2026-11-26T02:00:00Z" },
  ...{ backup_result: "passed", backup_what: "incr, 9 s" },
  ...{ drill: "2026-11-23T04:00:00Z", drill_passed: "2026-11-23T04:00:00Z" },
  ...{ drill_result: "passed", drill_what: "3 tables" },
};
const state = (changes: object = {}) =>
  readBackups(JSON.stringify({ ...line, ...changes }))[0] as Backups;
const problems = (changes: object) => problemsOf(state(changes), now).join("\n");

describe("the health of backups", () => {
  it("is told in a line when all is well", () => {
    expect(renderBackups([state()], now)).to.equal(
      "prod: log stored 5 s ago, backup 10 h ago, drill 3 days ago",
    );
  });

  it("is bad when the log waits, and not when the database had nothing to write", () => {
    expect(problems({ archived: "2026-11-25T00:00:00Z" })).to.equal("");
    expect(problems({ waiting: "1", oldest: "2026-11-26T11:59:50Z" })).to.equal("");
    const late = {
      waiting: "3",
      megabytes: "48",
      oldest: "2026-11-26T11:30:00Z",
      failed: "2026-11-26T11:59:00Z",
    };
    expect(problems(late)).to.match(
      /^3 segments .* for 30 min, and the last try failed: 48 MB on the volume, and from 2048 MB/,
    );
  });

  it("names why the log is not stored, where the storage says so", () => {
    const late = { waiting: "3", megabytes: "48", oldest: "2026-11-26T11:30:00Z" };
    expect(problems(late)).to.match(/given up; scripts\/logs.sh prod --service database says why$/);
    const failed = { failed: "2026-11-26T11:59:00Z", failed_what: "403 (Forbidden); mend it" };
    expect(problems({ ...late, ...failed })).to.match(/given up; 403 \(Forbidden\); mend it$/);
  });

  it("is bad when the database does not answer: nobody knows then what of its log is stored", () => {
    const silent = { waiting: "", megabytes: "", archived: "", oldest: "" };
    expect(problems(silent)).to.match(/^its database does not answer; scripts\/logs.sh prod /);
  });

  it("is bad when log was given up, and when the last backup failed, is too old or was never made", () => {
    expect(problems({ dropped: "2" })).to.match(/^2 segments of its log were given up/);
    expect(problems({ backup_result: "failed", backup_what: "403: AccessDenied" })).to.equal(
      "the last backup failed: 403: AccessDenied; scripts/backup.sh now prod",
    );
    expect(problems({ backup_passed: "2026-11-24T02:00:00Z" })).to.match(/^the newest backup is/);
    expect(problems({ backup: "", backup_result: "", backup_passed: "" })).to.match(
      /no backup yet/,
    );
  });

  it("is bad when the last drill has found something, or is too old", () => {
    expect(problems({ drill_result: "failed", drill_what: "amcheck: x" })).to.equal(
      "the last drill failed: amcheck: x",
    );
    expect(problems({ drill_passed: "2026-11-10T04:00:00Z" })).to.match(
      /^the last drill is 16 days/,
    );
    const none = { drill: "", drill_result: "", drill_passed: "" };
    expect(problems(none)).to.equal("");
    expect(problems({ ...none, begun: "2026-11-10T00:00:00Z" })).to.match(
      /^there was no drill yet/,
    );
  });
});

const backup = (label: string, stop: string, type = "full", database = 1) => ({
  ...{ label, type, error: false, database: { id: database } },
  timestamp: { start: Date.parse(stop) / 1000 - 5, stop: Date.parse(stop) / 1000 },
  info: { size: 31e6, repository: { delta: 3.7e6 } },
});
const info = (
  backups: object[],
  status: object = { code: 0, message: "ok" },
  db: object[] = [{ id: 1, version: "17" }],
) => JSON.stringify([{ name: "prod", status, db, backup: backups }]);
const held = readBackupList(
  info([
    backup("20261120-013000F", "2026-11-20T01:30:09Z"),
    backup("20261120-013000F_20261126-013000I", "2026-11-26T01:30:04Z", "incr"),
  ]),
);

describe("what the storage holds", () => {
  it("reads well as a table, and says how far back one can go", () => {
    const lines = renderBackupList(held, now).split("\n");
    expect(lines[1]).to.match(
      /^20261120-013000F_20261126-013000I +incr +2026-11-26 01:30:04 +10 h/,
    );
    expect(lines.at(-1)).to.include("Moments since 2026-11-20T01:30:09Z can be restored");
    expect(renderBackupList([], now)).to.equal("there is no backup yet");
  });

  it("may be nothing yet, which is no error", () => {
    const code = { code: 1, message: "missing stanza path" };
    expect(readBackupList(info([], code))).to.deep.equal([]);
    expect(readBackupList("[]")).to.deep.equal([]);
  });

  it("is an error in one line where it cannot be read: a wrong key, a storage that refuses", () => {
    const refuse = (message: string) => () => readBackupList(info([], { code: 99, message }));
    const body = "*** Path/Query ***:\nGET /x\n<Error><Code>SignatureDoesNotMatch</Code></Error>";
    expect(refuse(`[ProtocolError] HTTP request failed with 403 (Forbidden):\n${body}`)).to.throw(
      "the backups cannot be read: HTTP request failed with 403 (Forbidden): SignatureDoesNotMatch",
    );
    const told =
      "[ServiceError] TLS error [5:0] no details available\n    [ServiceError] on 2 retries";
    const [only] = JSON.parse(info([], { code: 99, message: "other" }));
    const repo = [{ key: 1, status: { code: 99, message: told } }];
    expect(() => readBackupList(JSON.stringify([{ ...only, repo }]))).to.throw(
      "the backups cannot be read: TLS error [5:0] no details available",
    );
    expect(() => readBackupList("not json")).to.throw("cannot be read");
  });
});

describe("what is restored", () => {
  it("is a moment, a backup, or all", () => {
    const words = (text?: string) => wordsOf(parseTarget(text, now));
    expect(words()).to.deep.equal([]);
    expect(words("2026-11-26T08:15:00Z")).to.deep.equal(["--time", "2026-11-26T08:15:00.000Z"]);
    expect(words("2026-11-26 08:15")).to.deep.equal(["--time", "2026-11-26T08:15:00.000Z"]);
    expect(words("2026-11-26T09:15:00.5+01:00")).to.deep.equal([
      ...["--time", "2026-11-26T08:15:00.500Z"],
    ]);
    expect(words("20261120-013000F")).to.deep.equal(["--set", "20261120-013000F"]);
  });

  it("is refused when it is nonsense, still to come, or out of reach", () => {
    const none = ["2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z"]; // days that the calendar does not have
    for (const text of [...none, "yesterday", "2026-13-01T00:00:00Z", "$(id)", "2026-11-26"])
      expect(() => parseTarget(text, now), text).to.throw("--to needs a time");
    expect(() => parseTarget("2026-11-26T13:00:00Z", now)).to.throw("is in the future");
    const refuse = (text: string) => () => refuseTarget(parseTarget(text, now), held);
    expect(refuse("2026-11-19T00:00:00Z")).to.throw("nothing earlier can be restored");
    expect(refuse("20261121-013000F")).to.throw("there is no backup 20261121-013000F");
    expect(refuse("2026-11-21T00:00:00Z")).not.to.throw();
    expect(() => refuseTarget({ kind: "newest" }, [])).to.throw("there is no backup to restore");
  });

  it("is refused when it is of the Postgres from before an upgrade", () => {
    const list = readBackupList(
      info(
        [
          backup("20261120-013000F", "2026-11-20T01:30:09Z"),
          backup("20261125-013000F", "2026-11-25T01:30:09Z", "full", 2),
        ],
        undefined,
        [
          { id: 1, version: "17" },
          { id: 2, version: "18" },
        ],
      ),
    );
    const refuse = (text?: string) => () => refuseTarget(parseTarget(text, now), list);
    expect(refuse("20261120-013000F")).to.throw("that is of Postgres 17, as it was before");
    expect(refuse("2026-11-25T01:00:00Z")).to.throw("that is of Postgres 17");
    expect(refuse("2026-11-25T02:00:00Z")).not.to.throw();
    expect(refuse()).not.to.throw();
  });

  it("tells what is lost", () => {
    const target = parseTarget("2026-11-26T11:00:00Z", now);
    expect(describeLoss("prod", target, now)).to.equal(
      "This takes everything away that was written to prod's database since 2026-11-26T11:00:00.000Z (60 min ago), and brings the app's files back as they were backed up then.",
    );
  });
});
