import type { Command } from "commander";
import { FailedError } from "../errors.ts";
import { lastLine } from "../last-line.ts";
import { parseEnvironment, takeEnvironment, takeVerbose } from "../options.ts";
import { ProgramError } from "../processes.ts";
import { openVm } from "../server.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";
import { operate } from "../vm/operate.ts";
import { whoWorks } from "../who.ts";

export function define(command: Command, invocation: Invocation): void {
  takeVerbose(takeEnvironment(command), "the VM's")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, or nothing was at work; 1 failed; 2 wrong usage or configuration, nothing touched.",
    )
    .action((word: string | undefined, options: CommonOptions) => {
      const environment = parseEnvironment(word);
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

/** A VM from before cancel was known says so. */
function unknownThere(error: unknown, environment: string): unknown {
  if (!(error instanceof ProgramError)) return error;
  const said = lastLine(`${error.finished.stdout}${error.finished.stderr}`);
  return new FailedError(`the VM says: ${said}`, {
    next: `scripts/deploy.sh ${environment}, which brings the VM up to date`,
    cause: error,
  });
}
