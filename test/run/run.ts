import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { dirname, join } from "node:path";
import type { Tier } from "./arguments.ts";
import { blamed, cleaning, itself, unrun } from "./blame.ts";
import { cleanUp } from "./clean-up.ts";
import { clock } from "./clock.ts";
import { execute } from "./execute.ts";
import { inOrder, lanesFor, runInLanes } from "./lanes.ts";
import { clearWhatIsLeft } from "./left.ts";
import { Passed, type Same } from "./passed.ts";
import { makePlace, shortTemporary } from "./place.ts";
import { Meter } from "./processors.ts";
import { duration, lastLine, type Outcome, renderMarkdown, renderReport } from "./report.ts";
import { countEnded } from "./results.ts";
import { type Settings, settingsFor } from "./sampling.ts";
import type { Suite } from "./suites/suite.ts";
import { inTier } from "./suites.ts";
import { readTimes, timesIn, writeTimes } from "./times.ts";
import { endGroup, watch } from "./watchdog.ts";

/** How often it is said what runs, while nothing else is said (ms). */
const often = 60_000;
/** How long a suite may go on without the end of a test (minutes); in the long tier they do more in each. */
const patience = { fast: 15, default: 15, long: 60 };

interface Running {
  suite: Suite;
  started: number;
  results: string;
}

/** One run of suites. */
export class Run {
  private readonly root: string;
  private readonly tier: Tier;
  private readonly seed: number;
  /** What stays of a run: each suite's output, its times, the summary. */
  private readonly kept: string;
  private readonly running = new Map<string, Running>();
  private readonly children = new Set<ChildProcess>();
  private readonly meter = new Meter();
  private readonly outcomes: Outcome[] = [];
  private readonly passed: Passed;
  /** A number of the files that may break a suite, as they are now. */
  private readonly files: (suite: Suite) => string;
  /** By what it was interrupted, and what ran then. */
  private interrupted: { signal: NodeJS.Signals; ran: string[] } | undefined;

  /** @param files a number of the files that may break a suite, as they are now */
  constructor(root: string, tier: Tier, seed: number, files: (suite: Suite) => string) {
    this.root = root;
    this.tier = tier;
    this.seed = seed;
    this.kept = join(root, ".onebox/tests");
    this.files = files;
    this.passed = new Passed(join(this.kept, "passed"));
  }

  /**
   * Runs them and says how it went; the exit code.
   *
   * @param goesOn without those that have passed before
   */
  async run(suites: Suite[], goesOn: boolean): Promise<number> {
    const started = performance.now();
    await clearWhatIsLeft();
    mkdirSync(this.kept, { recursive: true });
    const place = makePlace(shortTemporary());
    const janitor = spawn(process.execPath, [join(import.meta.dirname, "janitor.ts"), place], {
      stdio: ["pipe", "inherit", "inherit"],
      detached: true,
    });
    const cleared = once(janitor, "exit").then(([code]) => code === 0);
    this.followSignals();
    const times = readTimes(timesIn(this.root));
    const left = goesOn ? this.withoutPassed(suites) : suites;
    const order = inOrder(
      left.map((suite) => inTier(suite, this.tier)),
      (name) => times[name]?.seconds,
    );
    const lanes = lanesFor(availableParallelism(), totalmem());
    this.announce(order, lanes);
    const alone = order.length === 1; // then its output is seen as it comes
    const teller = alone ? undefined : setInterval(() => this.tell(), often);
    let count = 0;
    await runInLanes(
      order,
      lanes,
      (suite) =>
        this.suite(suite, join(place, String(++count)), alone).catch((error: Error) => {
          if (this.interrupted !== undefined) return;
          this.outcomes.push(blamed(suite, this.settings(suite), error.message));
        }),
      () => this.interrupted !== undefined,
    );
    clearInterval(teller);
    janitor.stdin.end();
    if (!(await cleared)) {
      const why = "something that the run has made is left; what, is above";
      this.outcomes.push(blamed(cleaning, this.settings(cleaning), why));
    }
    return this.conclude((performance.now() - started) / 1000);
  }

  /** Takes those over that have passed already; the others. */
  private withoutPassed(suites: Suite[]): Suite[] {
    const left = suites.filter((suite) => {
      const same = this.same(suite);
      const went = this.passed.get(same);
      if (went === undefined) return true;
      this.outcomes.push({ ...unrun(suite, this.settings(suite)), ...went, earlier: true });
      return false;
    });
    const names = this.outcomes.map(({ suite }) => suite.name).join(", ");
    console.log(names === "" ? "nothing has passed before" : `passed before: ${names}`);
    return left;
  }

  private announce(order: Suite[], lanes: number): void {
    const names = (lane: Suite["lane"]) =>
      order.filter((suite) => suite.lane === lane).map(({ name }) => name);
    const [shared, alone] = [names("shared"), names("alone")];
    console.log(
      `tests, tier ${this.tier}, seed ${this.seed} (--seed ${this.seed} chooses the same samples again)`,
    );
    if (shared.length > 0) console.log(`  ${lanes} side by side: ${shared.join(", ")}`);
    if (alone.length > 0) console.log(`  alone, because they count requests: ${alone.join(", ")}`);
  }

  private settings(suite: Suite): Settings {
    return settingsFor(suite.sample, this.tier, this.seed, process.env);
  }

  /** What makes a suite the same again; any setting of the tests that is set by hand may make it another one. */
  private same(suite: Suite): Same {
    const byHand = Object.entries(process.env).filter(([name]) => name.startsWith("ONEBOX_"));
    const settings = { ...(Object.fromEntries(byHand) as Settings), ...this.settings(suite) };
    return { suite: suite.name, settings, files: this.files(suite) };
  }

  private async suite(suite: Suite, place: string, alone: boolean): Promise<void> {
    const { name } = suite;
    const stage = join(dirname(place), "stage");
    const begun = this.same(suite);
    this.passed.note(begun, undefined); // it counts as passed no more, however this run ends
    const results = `${place}.jsonl`; // another run in this clone has its own
    writeFileSync(results, "");
    const log = alone ? undefined : join(this.kept, `${name}.log`);
    const shared: Settings = suite.stage ? { ONEBOX_TEST_STAGE: stage } : {};
    const settings = { ...this.settings(suite), ...shared };
    const conditions = { root: this.root, place, results, log, settings };
    const { child, ended } = execute(suite, conditions, this.meter);
    this.children.add(child);
    this.running.set(name, { suite, started: performance.now(), results });
    console.log(`${clock()}  begins: ${name}`);
    const minutes = suite.patience ?? patience[suite.tier === "long" ? "long" : this.tier];
    let hung: string | undefined;
    const watched = { child, results, place, patience: minutes * 60_000 };
    const unwatch = watch(watched, (ran) => {
      hung = `no test ended for ${minutes} minutes, so it was ended; what ran is above`;
      console.log(`${clock()}  ${name}: ${hung.replace("above", "this")}\n${ran.join("\n")}`);
    });
    const outcome = await ended.finally(() => {
      unwatch();
      this.children.delete(child);
      this.running.delete(name);
    });
    if (hung !== undefined) {
      outcome.failures.push({ name: itself, message: hung }); // its end by a signal is counted already
    }
    if (this.interrupted !== undefined) return;
    try {
      await cleanUp(place, stage); // what it has left must not be in the way of the next ones
    } catch (error) {
      if (this.interrupted !== undefined) return; // the janitor goes on
      const message = `it has left something: ${(error as Error).message}`;
      outcome.failures.push({ name: itself, message });
      outcome.failed++;
    }
    this.note(outcome, log, begun);
  }

  /** Whether the files are still what they were when a suite began; one that goes just now has changed. */
  private unchanged(suite: Suite, { files }: Same): boolean {
    try {
      return this.files(suite) === files;
    } catch {
      return false;
    }
  }

  /** Keeps how a suite went, and shows its output in one piece: what ran beside it has said nothing meanwhile. */
  private note(outcome: Outcome, log: string | undefined, begun: Same): void {
    const { suite, seconds, passed, failed } = outcome;
    const { name } = suite;
    if (log !== undefined) console.log(`\n== ${name}\n${readFileSync(log, "utf8").trimEnd()}`);
    console.log(
      `${clock()}  ends: ${name}, ${passed} passed, ${failed} failed, ${duration(seconds)}\n`,
    );
    const times = readTimes(timesIn(this.root));
    times[name] = { seconds, when: new Date().toISOString(), passed: failed === 0 };
    writeTimes(timesIn(this.root), times);
    const unchanged = this.unchanged(suite, begun);
    this.passed.note(begun, failed === 0 && unchanged ? { seconds, passed } : undefined);
    if (!unchanged)
      console.log(`${clock()}  files have changed: --continue will run ${name} again`);
    this.outcomes.push(outcome);
  }

  /** Says what runs. */
  private tell(): void {
    if (this.interrupted !== undefined || this.running.size === 0) return;
    const lines = [...this.running.values()].map(({ suite, started, results }) => {
      const tests = countEnded(results);
      const seconds = (performance.now() - started) / 1000;
      return `${suite.name} (${duration(seconds)}${tests > 0 ? `, ${tests} tests done` : ""})`;
    });
    console.log(`${clock()}  runs: ${lines.join(", ")}`);
  }

  private conclude(seconds: number): number {
    const summary = renderMarkdown(this.outcomes, this.seed, seconds, this.interrupted?.ran);
    writeFileSync(join(this.kept, "summary.md"), summary);
    if (this.interrupted !== undefined) {
      console.log(
        `interrupted; before that ${lastLine(this.outcomes)}; --continue goes on from there`,
      );
      return this.interrupted.signal === "SIGINT" ? 130 : 143;
    }
    const together = { seconds: this.meter.together, partly: false };
    console.log(`${renderReport(this.outcomes, this.seed, seconds, together)}\n`);
    console.log(lastLine(this.outcomes));
    return this.outcomes.every(({ failed }) => failed === 0) ? 0 : 1;
  }

  /** At a signal the suites are ended at once; what they have made goes as it does at every other end. */
  private followSignals(): void {
    process.stdout.on("error", () => process.emit("SIGHUP")); // whoever read it has gone, as head does
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (this.interrupted === undefined) {
          this.interrupted = { signal, ran: [...this.running.keys()] };
          console.log(`\n${clock()}  ${signal}: ending what runs, and removing what it has made`);
        }
        for (const { pid } of this.children) if (pid !== undefined) endGroup(pid);
      });
    }
  }
}
