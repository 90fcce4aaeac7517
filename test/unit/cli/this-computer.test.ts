import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readPlainFile } from "../../../cli/ci/artifact.ts";
import { computersWord } from "../../../cli/computer.ts";
import { FailedError, RefusedError } from "../../../cli/errors.ts";
import { lastLine } from "../../../cli/last-line.ts";
import { needDocker } from "../../../cli/local-cloud/start.ts";
import type { Finished } from "../../../cli/processes.ts";
import { warnOfPlainText } from "../../../cli/secrets/unlocked.ts";

describe("what this computer says of a file", () => {
  const error = (fields: object) => Object.assign(new Error("x"), fields);
  const cases: [string, unknown, string | undefined][] = [
    ["a full disk", error({ code: "ENOSPC", path: "/a" }), "/a: no space is left there"],
    ["a file without a name", error({ code: "EIO" }), "a file: its disk has an error"],
    [
      "a directory without a place",
      error({ code: "ENOENT", syscall: "mkdir", path: "/a" }),
      "/a: it cannot be made there",
    ],
    ["a file that is not there", error({ code: "ENOENT", syscall: "open", path: "/a" }), undefined],
    ["a socket", error({ code: "EACCES", syscall: "connect" }), undefined],
    ["another error", new Error("x"), undefined],
    ["no error", "ENOSPC", undefined],
  ];
  for (const [what, thrown, said] of cases) {
    it(`is "${said}" for ${what}`, () => expect(computersWord(thrown)).to.equal(said));
  }
});

describe("the last line of what a program said", () => {
  for (const [text, line] of [
    ["a\nb\n", "b"],
    ["a\n\n \n", "a"],
    ["", ""],
  ] as const) {
    it(JSON.stringify(text), () => expect(lastLine(text)).to.equal(line));
  }
});

describe("the local cloud's need of Docker", () => {
  const wish = (run: () => Promise<Finished>) => needDocker({ run }).catch((e: unknown) => e);
  const ended = (code: number) => async () => ({ code, stdout: "", stderr: "" });
  const cases: [string, () => Promise<Finished>, RegExp][] = [
    [
      "is not there",
      () => Promise.reject(new FailedError("x")),
      /needs Docker; scripts\/setup\.sh local installs it$/,
    ],
    ["does not answer", ended(1), /does not answer; scripts\/setup\.sh local starts it$/],
  ];
  for (const [what, run, why] of cases) {
    it(`is refused where it ${what}`, async () => {
      expect(await wish(run))
        .to.be.instanceOf(RefusedError)
        .with.property("message")
        .that.matches(why);
    });
  }

  it("is met by one that answers, and hides no fault", async () => {
    expect(await wish(ended(0))).to.equal(undefined);
    const fault = new TypeError("x");
    expect(await wish(() => Promise.reject(fault))).to.equal(fault);
  });
});

describe("files here", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "onebox-files-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const path = (name: string) => join(root, name);

  it("of a job that ran a pull request's code are read where they are plain, and short", () => {
    writeFileSync(path("plain"), "12345");
    symlinkSync("plain", path("link"));
    mkdirSync(path("directory"));
    execFileSync("mkfifo", [path("pipe")]);
    expect(readPlainFile(path("plain"), 5).toString()).to.equal("12345");
    expect(() => readPlainFile(path("plain"), 4)).to.throw(RefusedError, /more than 4 bytes$/);
    for (const name of ["link", "directory", "pipe", "nothing"])
      expect(() => readPlainFile(path(name)), name).to.throw(RefusedError, /is not a regular file/);
  });

  it("in plain text that are newer than the encrypted ones are warned of", () => {
    const put = (name: string, seconds: number) => {
      writeFileSync(path(name), "");
      utimesSync(path(name), seconds, seconds);
    };
    const warned = (environment?: string) => {
      const said: string[] = [];
      warnOfPlainText({ root, say: (line) => said.push(line) }, environment);
      return said.map((line) => /^ {2}! (\S+) is newer/.exec(line)?.[1]);
    };
    expect(warned("stage")).to.deep.equal([]);
    put(".env", 1000);
    put(".env.gpg", 1000);
    put(".env.stage", 1001);
    put(".env.stage.gpg", 1000);
    put(".env.prod", 1001); // with no encrypted one
    expect(warned()).to.deep.equal([]);
    expect(warned("stage")).to.deep.equal([".env.stage"]);
    expect(warned("prod")).to.deep.equal([".env.prod"]);
  });
});
