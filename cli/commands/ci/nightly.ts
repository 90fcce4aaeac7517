import { type Command, Option } from "commander";
import { keepIssueAbout } from "../../ci/issues.ts";
import { Job } from "../../ci/job.ts";
import { readRunner } from "../../ci/runner.ts";
import { runTests } from "../../ci/tests.ts";
import { ExitError, RefusedError } from "../../errors.ts";
import { type CommonOptions, type Invocation, withSession } from "../../session.ts";

const notes = `
The issue is opened when a test fails, updated while one does, and closed when all pass. Environment: GITHUB_TOKEN.
Exit codes: as of scripts/test.sh; 124 when they were not done in time; 1 too when the issue could not be written.`;

/** A job of GitHub's is cut off after six hours, and could then tell nobody; before and after the tests it needs some. */
const MINUTES = 320;

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && minutes > 0) return minutes;
  throw new RefusedError("--minutes needs a number above 0");
}

export function define(command: Command, invocation: Invocation): void {
  command
    .addOption(
      new Option("--minutes <N>", "how long the tests may take")
        .argParser(parseMinutes)
        .default(MINUTES),
    )
    .addHelpText("after", notes)
    .action(async ({ minutes, ...options }: CommonOptions & { minutes: number }) => {
      const runner = readRunner(invocation.environment);
      const { code, summary } = await withSession(invocation, options, (session) =>
        runTests(session, ["--long"], minutes),
      );
      new Job(invocation).summarise(summary);
      const done = await keepIssueAbout("nightly", code === 0 ? undefined : summary, runner);
      invocation.stdout.write(`issue: ${done}\n`);
      if (code !== 0) throw new ExitError(code);
    });
}
