import type { Command } from "commander";
import { slugOf } from "../../config/previews.ts";
import { FailedError, RefusedError } from "../errors.ts";
import { lastLine } from "../last-line.ts";
import { parseEnvironment, takeVerbose } from "../options.ts";
import { plainText } from "../plain-text.ts";
import { ProgramError } from "../processes.ts";
import { openVm } from "../server.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";
import { bringUpToDate } from "../vm/older.ts";
import { operate } from "../vm/operate.ts";
import { whoWorks } from "../who.ts";

export function define(command: Command, invocation: Invocation): void {
  command.usage("stage|prod|preview [BRANCH] [options]");
  command.argument("[environment]", "stage, prod or preview");
  command.argument("[branch]", "whose preview it is");
  takeVerbose(command, "the VM's")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, or nothing was at work; 1 failed; 2 wrong usage or configuration, nothing touched.",
    )
    .action((word: string | undefined, branch: string | undefined, options: CommonOptions) => {
      const environment = readTarget(word, branch);
      return withSession(invocation, options, async (session) => {
        session.print(`Onebox cancels what is at work on ${environment}`);
        const { vm } = await openVm(session);
        const by = await whoWorks(session);
        await session.steps.run("cancel", async (step) => {
          const operation = { environment, action: "cancel", patience: 0, by } as const;
          const { lines } = await operate(vm, operation, step).catch((error: unknown) => {
            throw unknownThere(error, environment);
          });
          step.note = lines[0] ?? "";
        });
      });
    });
}

/** What the VM calls it. A branch that can have no preview any more may have one at work. */
function readTarget(word: string | undefined, branch: string | undefined): string {
  const environment = parseEnvironment(word, ["preview"]);
  if (environment === "preview") {
    if (branch === undefined) throw new RefusedError("name the branch whose preview is meant");
    return `preview-${slugOf(branch)}`;
  }
  if (branch === undefined) return environment;
  throw new RefusedError(
    `a branch goes with preview: scripts/cancel.sh preview ${plainText(branch)}`,
  );
}

/** A VM from before cancel was known says so. */
function unknownThere(error: unknown, environment: string): unknown {
  if (!(error instanceof ProgramError)) return error;
  const said = lastLine(`${error.finished.stdout}${error.finished.stderr}`);
  return new FailedError(`the VM says: ${said}`, {
    next: bringUpToDate(environment.startsWith("preview-") ? "stage" : environment),
    cause: error,
  });
}
