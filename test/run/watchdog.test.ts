import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { endGroup, watch } from "./watchdog.ts";

describe("a suite in which no test ends any more", () => {
  let place: string;
  let results: string;
  let child: ChildProcess;
  let ran: string[] | undefined;

  beforeEach(async () => {
    place = mkdtempSync(join(tmpdir(), "watchdog-"));
    results = join(place, "results.jsonl");
    writeFileSync(results, "");
    ran = undefined;
    const env = { ...process.env, TMPDIR: place };
    // It says a line once what it has started runs.
    const script =
      'sleep 600 & until grep -q sleep "/proc/$!/comm"; do sleep 0.1; done; echo; wait';
    const stdio = ["ignore", "pipe", "ignore"] as const;
    child = spawn("bash", ["-c", script], { env, detached: true, stdio: [...stdio] });
    await once(child.stdout as Readable, "data");
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
      .to.match(/until grep -q sleep/)
      .and.match(/"sleep 600 /);
  });

  it("is left alone while tests end", async () => {
    const patience = 8000;
    const stop = watch({ child, results, place, patience }, (told) => {
      ran = told;
    });
    for (const end = performance.now() + 1.2 * patience; performance.now() < end; ) {
      await sleep(250);
      appendFileSync(results, "\n");
    }
    stop();
    expect(ran).to.equal(undefined);
    expect(child.exitCode ?? child.signalCode).to.equal(null);
  });
});
