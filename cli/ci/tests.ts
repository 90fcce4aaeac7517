import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Session } from "../session.ts";

/** How a run of the tests ended. */
export interface TestRun {
  /** As of scripts/test.sh. */
  code: number;
  /** What it counted, in Markdown. */
  summary: string;
}

/** Runs scripts/test.sh, in the language and with the configuration of who has called. */
export async function runTests(session: Session, args: string[]): Promise<TestRun> {
  const { root, directory, processes, invocation } = session;
  const file = join(directory, "tests/summary.md");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "## The tests broke off\n"); // unless they say more
  const { ONEBOX_CONFIG, LC_ALL } = invocation.environment;
  const env = { ONEBOX_CONFIG, LC_ALL };
  const code = await processes.attach(join(root, "scripts/test.sh"), args, { env });
  return { code, summary: readFileSync(file, "utf8") };
}
