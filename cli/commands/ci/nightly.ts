import type { Command } from "commander";
import { keepIssueAbout } from "../../ci/issues.ts";
import { Job } from "../../ci/job.ts";
import { readRunner } from "../../ci/runner.ts";
import { runTests } from "../../ci/tests.ts";
import { ExitError } from "../../errors.ts";
import { type CommonOptions, type Invocation, withSession } from "../../session.ts";

const notes = `
The issue is opened when a test fails, updated while one does, and closed when all pass. Environment: GITHUB_TOKEN.
Exit codes: as of scripts/test.sh; 1 too when the issue could not be written.`;

export function define(command: Command, invocation: Invocation): void {
  command.addHelpText("after", notes).action(async (options: CommonOptions) => {
    const runner = readRunner(invocation.environment);
    const { code, summary } = await withSession(invocation, options, (session) =>
      runTests(session, ["--long"]),
    );
    new Job(invocation).summarise(summary);
    const done = await keepIssueAbout("nightly", code === 0 ? undefined : summary, runner);
    invocation.stdout.write(`issue: ${done}\n`);
    if (code !== 0) throw new ExitError(code);
  });
}
