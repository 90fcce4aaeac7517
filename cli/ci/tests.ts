import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runScript } from "../script.ts";
import type { Session } from "../session.ts";

/** How a run of the tests ended. */
interface TestRun {
  /** As of scripts/test.sh; 124 when they were not done in time. */
  code: number;
  /** What it counted, in Markdown. */
  summary: string;
}

/** Runs scripts/test.sh, for so many minutes at most. */
export async function runTests(
  session: Session,
  args: string[],
  minutes?: number,
): Promise<TestRun> {
  const file = join(session.directory, "tests/summary.md");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "## The tests broke off\n"); // unless they say more
  const code = await runScript(session, "test", args, minutes);
  return { code, summary: readFileSync(file, "utf8") };
}
