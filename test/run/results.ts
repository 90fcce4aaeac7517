import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

/** What test/run/reporter.ts writes: a line of JSON for each thing that has ended. */
const line = z.union([
  z.strictObject({ passed: z.literal(true), test: z.string(), ms: z.number() }),
  z.strictObject({
    passed: z.literal(false),
    test: z.string(),
    ms: z.number(),
    message: z.string(),
  }),
  z.strictObject({ hook: z.string(), ms: z.number() }),
  z.strictObject({ end: z.literal(true) }),
]);
export type Line = z.infer<typeof line>;

/** A test, or a hook: what comes before tests often takes longer than they do. */
export interface Timed {
  name: string;
  seconds: number;
}

interface Failure {
  name: string;
  message: string;
}

/** What a suite has counted. */
export interface Counts {
  passed: number;
  failed: number;
  failures: Failure[];
  timed: Timed[];
}

/** Reads the lines that a mocha run has written so far; none where it has not come to write any. */
export function readLines(file: string): Line[] {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  // What is being written ends without a line break.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return whole.filter(Boolean).map((each) => line.parse(JSON.parse(each)));
}

/** How many tests have ended so far, of a mocha run that is still at it. */
export const countEnded = (file: string): number =>
  existsSync(file) ? readFileSync(file, "utf8").split('"test":').length - 1 : 0;

/** How a program ended: its exit code, or the signal that ended it. */
export type Ending = number | NodeJS.Signals;

/**
 * Counts a mocha run. One that ended in any other way than its tests explain has failed once more: it died, or it had
 * no tests.
 */
export function countLines(lines: Line[], ending: Ending): Counts {
  const counts: Counts = { passed: 0, failed: 0, failures: [], timed: [] };
  for (const each of lines) {
    if ("test" in each) counts.timed.push({ name: each.test, seconds: each.ms / 1000 });
    if ("hook" in each) counts.timed.push({ name: each.hook, seconds: each.ms / 1000 });
    if (!("passed" in each)) continue;
    if (each.passed) counts.passed++;
    else {
      counts.failed++;
      counts.failures.push({ name: each.test, message: each.message });
    }
  }
  const ended = lines.some((each) => "end" in each);
  const why = !ended
    ? `it died: ${inWords(ending)}`
    : counts.passed + counts.failed === 0
      ? "it has no tests"
      : ending !== 0 && counts.failed === 0
        ? `it ended with ${inWords(ending)}, although no test failed`
        : undefined;
  if (why !== undefined) {
    counts.failed++;
    counts.failures.push({ name: "the suite itself", message: why });
  }
  return counts;
}

/** Counts a program that counts nothing itself, such as a linter: it is one test. */
export function countProgram(ending: Ending): Counts {
  if (ending === 0) return { passed: 1, failed: 0, failures: [], timed: [] };
  const message = `${inWords(ending)}; its output is above`;
  return {
    passed: 0,
    failed: 1,
    failures: [{ name: "the program", message }],
    timed: [],
  };
}

const inWords = (ending: Ending) => (typeof ending === "number" ? `exit code ${ending}` : ending);
