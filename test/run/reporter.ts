import { appendFileSync } from "node:fs";
import Mocha, { type MochaOptions, type Runnable } from "mocha";
import type { Line } from "./results.ts";

const { EVENT_HOOK_END, EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_RUN_END } = Mocha.Runner.constants;

/**
 * mocha's own report, and beside it a line of JSON for each test in the file that the option `results` names: written
 * as it happens, so that what a run that died had done is known.
 */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: MochaOptions) {
    super(runner, options);
    const { results } = options.reporterOptions as { results: string };
    const write = (line: Line) => appendFileSync(results, `${JSON.stringify(line)}\n`);
    const entry = (of: Runnable) => ({ test: of.fullTitle(), ms: of.duration ?? 0 });
    runner.on(EVENT_TEST_PASS, (test) => write({ passed: true, ...entry(test) }));
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      write({ passed: false, ...entry(test), message: error?.message ?? String(error) });
    });
    runner.on(EVENT_HOOK_END, (hook) => write({ hook: hook.fullTitle(), ms: hook.duration ?? 0 }));
    runner.once(EVENT_RUN_END, () => write({ end: true }));
  }
}
