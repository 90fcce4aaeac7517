import type { Command } from "commander";
import { Job } from "../../ci/job.ts";
import { runTests } from "../../ci/tests.ts";
import { ExitError } from "../../errors.ts";
import { type CommonOptions, type Invocation, withSession } from "../../session.ts";

export function define(command: Command, invocation: Invocation): void {
  command
    .option("--fast", "lint, types and unit tests only")
    .addHelpText("after", "\nExit codes: as of scripts/test.sh.")
    .action(async ({ fast, ...options }: CommonOptions & { fast?: boolean }) => {
      const { code, summary } = await withSession(invocation, options, (session) =>
        runTests(session, fast ? ["--fast"] : []),
      );
      new Job(invocation).summarise(summary);
      if (code !== 0) throw new ExitError(code);
    });
}
