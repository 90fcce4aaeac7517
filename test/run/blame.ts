import type { Outcome } from "./report.ts";
import type { Settings } from "./sampling.ts";
import { program } from "./suites/kinds.ts";
import type { Suite } from "./suites/suite.ts";

/** A failure's name where no test has failed. */
export const itself = "the suite itself";
/** What comes after all suites, and counts as one when it fails. */
export const cleaning: Suite = program("clean-up", "test/run/janitor.ts");

/** How a suite went of which nothing is known but that it passed before, or why it could not be run. */
export const unrun = (suite: Suite, settings: Settings): Outcome => ({
  ...{ suite, settings, seconds: 0, cost: { seconds: 0, partly: false } },
  ...{ passed: 0, failed: 0, failures: [], timed: [] },
});

/** One that failed for another reason than its tests. */
export const blamed = (suite: Suite, settings: Settings, message: string): Outcome => ({
  ...unrun(suite, settings),
  failed: 1,
  failures: [{ name: itself, message }],
});
