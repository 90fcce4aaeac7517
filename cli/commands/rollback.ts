import { type Command, Option } from "commander";
import { RefusedError } from "../errors.ts";
import { runOperation } from "../operation.ts";
import { parseEnvironment, takeEnvironment, takeVerbose, takeWait } from "../options.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";

interface Options extends CommonOptions {
  to?: string;
  force?: boolean;
  wait?: number;
}

export function define(command: Command, invocation: Invocation): void {
  takeEnvironment(command)
    .addOption(
      new Option(
        "--to <RELEASE>",
        "roll back to this older release, as scripts/releases.sh lists it",
      ).argParser(parseRelease),
    )
    .option(
      "--force",
      "roll back even across a migration that removed something (docs/migrations.md)",
    );
  takeVerbose(takeWait(command), "Terraform's")
    .addHelpText("after", "\nMigrations are never undone. Exit codes as of scripts/deploy.sh.")
    .action((word: string | undefined, options: Options) => {
      const environment = parseEnvironment(word);
      const { to, force, wait: patience = 0 } = options;
      return withSession(invocation, options, (session) =>
        runOperation(session, {
          ...{ environment, action: "rollback", hook: "after-rollback", patience },
          title: `rolls ${environment} back`,
          arguments: [...(to === undefined ? [] : ["--to", to]), ...(force ? ["--force"] : [])],
        }),
      );
    });
}

function parseRelease(text: string): string {
  if (/^[0-9a-f]{12}-[0-9a-f]{4}$/.test(text)) return text;
  throw new RefusedError("--to needs a release, as scripts/releases.sh lists them");
}
