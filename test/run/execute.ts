import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Meter } from "./processors.ts";
import type { Outcome } from "./report.ts";
import { countLines, countProgram, type Ending, readLines } from "./results.ts";
import { leftOut, type Settings } from "./sampling.ts";
import type { Suite } from "./suites/suite.ts";

/** What a suite is run with. */
interface Conditions {
  root: string;
  /** Directory for all that it makes: its TMPDIR. */
  place: string;
  /** File for what its tests count. */
  results: string;
  /** File for its output; undefined: it goes to the terminal. */
  log: string | undefined;
  settings: Settings;
}

/** A suite that runs. */
interface Execution {
  child: ChildProcess;
  ended: Promise<Outcome>;
}

/** Starts a suite in a process group of its own: Ctrl-C is told to the run alone. */
export function execute(suite: Suite, conditions: Conditions, meter: Meter): Execution {
  const { root, place, results, log, settings } = conditions;
  mkdirSync(place, { mode: 0o711 });
  const out = log === undefined ? undefined : openSync(log, "w");
  const started = performance.now();
  const begun = meter.begin();
  const [program = "", ...args] = commandOf(suite, conditions);
  const child = spawn(program, args, {
    cwd: suite.command.kind === "mocha" ? join(root, suite.command.from) : root,
    env: { ...process.env, ...settings, TMPDIR: place },
    stdio: ["ignore", out ?? "inherit", out ?? "inherit"],
    detached: true,
  });
  if (out !== undefined) closeSync(out);
  const ended = once(child, "exit").then(([code, signal]) => {
    const cost = meter.end(begun);
    const ending = (code ?? signal) as Ending;
    const counts =
      suite.command.kind === "mocha"
        ? countLines(readLines(results), ending)
        : countProgram(ending);
    return { ...counts, suite, settings, cost, seconds: (performance.now() - started) / 1000 };
  });
  return { child, ended };
}

function commandOf({ command, sample }: Suite, conditions: Conditions): string[] {
  if (command.kind === "program") return command.command;
  const { root, results, settings } = conditions;
  const without = sample === undefined ? [] : leftOut(sample, settings);
  return [
    process.execPath,
    join(root, "node_modules/mocha/bin/mocha.js"),
    ...["--forbid-only", "--forbid-pending"],
    ...[
      "--reporter",
      join(root, "test/run/reporter.ts"),
      "--reporter-option",
      `results=${results}`,
    ],
    ...without.flatMap((file) => ["--ignore", file]),
    ...command.arguments,
  ];
}
