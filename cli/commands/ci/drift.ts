import type { Command } from "commander";
import { keepIssueAbout } from "../../ci/issues.ts";
import { Job } from "../../ci/job.ts";
import { readRunner } from "../../ci/runner.ts";
import { type CommonOptions, type Invocation, withSession } from "../../session.ts";
import { lookForDrift } from "../drift.ts";

const notes = `
The issue is opened when something differs, updated while it does, and closed when nothing differs any more.
Environment: GITHUB_TOKEN. Exit codes: 0 looked, whatever was found; else as of scripts/drift.sh.`;

export function define(command: Command, invocation: Invocation): void {
  command.addHelpText("after", notes).action(async (options: CommonOptions) => {
    const runner = readRunner(invocation.environment);
    const job = new Job(invocation);
    const { text, found } = await withSession(invocation, options, (session) =>
      lookForDrift(session, "markdown"),
    );
    job.summarise(`## Drift\n\n${text}`);
    const done = await keepIssueAbout("drift", found ? text : undefined, runner);
    invocation.stdout.write(`issue: ${done}\n`);
    if (found) job.warn("what runs differs from what was deployed; see the issue");
  });
}
