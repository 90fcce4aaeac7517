import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { endGroup, watch } from "./watchdog.ts";

describe("a suite in which no test ends any more", () => {
  let place: string;
  let results: string;
  let child: ChildProcess;
  let ran: string[] | undefined;

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "watchdog-"));
    results = join(place, "results.jsonl");
    writeFileSync(results, "");
    ran = undefined;
    const env = { ...process.env, TMPDIR: place };
    child = spawn("bash", ["-c", "sleep 600; true"], { env, detached: true, stdio: "ignore" });
  });
  afterEach(() => {
    if (child.pid !== undefined) endGroup(child.pid);
    rmSync(place, { recursive: true });
  });

  it("is ended with what it started, and that is told", async () => {
    const ended = once(child, "exit");
    watch({ child, results, place, patience: 300 }, (told) => {
      ran = told;
    });
    expect(await ended).to.deep.equal([null, "SIGKILL"]);
    expect(ran?.join("\n"))
      .to.match(/sleep 600; true/)
      .and.match(/"sleep 600 /);
  });

  it("is left alone while tests end", async () => {
    const stop = watch({ child, results, place, patience: 2000 }, (told) => {
      ran = told;
    });
    for (let test = 0; test < 12; test++) {
      await sleep(250);
      appendFileSync(results, "\n");
    }
    stop();
    expect(ran).to.equal(undefined);
    expect(child.exitCode ?? child.signalCode).to.equal(null);
  });
});
