import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { Job } from "../../ci/job.ts";
import { renderComparison } from "../../ci/summaries.ts";
import { RefusedError } from "../../errors.ts";
import { planAgainst } from "../../plan/against.ts";
import { type CommonOptions, type Invocation, withSession } from "../../session.ts";

const notes = `
Environment: BASE, the commit that the pull request goes to. It runs the pull request's code, and so has no secret.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("FILE")
    .argument("[file]", "takes the text that becomes the comment")
    .addHelpText("after", notes)
    .action(async (file: string | undefined, options: CommonOptions) => {
      const { BASE: base } = invocation.environment;
      if (file === undefined) {
        throw new RefusedError("name the file that takes the text; see scripts/ci/plan.sh --help");
      }
      if (!base) {
        throw new RefusedError("BASE is empty; it names the commit that the pull request goes to");
      }
      const plan = await withSession(invocation, options, (session) =>
        planAgainst(session, base, "markdown"),
      );
      const text = renderComparison(plan, base);
      writeFileSync(file, text);
      new Job(invocation).summarise(text);
    });
}
