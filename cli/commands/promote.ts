import type { Command } from "commander";
import { runOperation } from "../operation.ts";
import { parseEnvironment, takeEnvironment, takeVerbose, takeWait } from "../options.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";

interface Options extends CommonOptions {
  force?: boolean;
  wait?: number;
}

export function define(command: Command, invocation: Invocation): void {
  takeEnvironment(command).option("--force", "promote it even if it did worse");
  takeVerbose(takeWait(command), "Terraform's")
    .addHelpText(
      "after",
      "\nExit codes as of scripts/deploy.sh. scripts/rollback.sh withdraws a canary.",
    )
    .action((word: string | undefined, options: Options) => {
      const environment = parseEnvironment(word);
      const { force, wait: patience = 0 } = options;
      return withSession(invocation, options, (session) =>
        runOperation(session, {
          ...{ environment, action: "promote", hook: "after-deploy", patience },
          title: `promotes the canary of ${environment}`,
          arguments: force ? ["--force"] : [],
        }),
      );
    });
}
