import type { Command } from "commander";
import { parseEnvironment, takeEnvironment } from "../options.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";
import { servingIn } from "../vm/answers.ts";
import { recordsOf, renderReleases } from "../vm/releases.ts";

interface Options extends CommonOptions {
  json?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  takeEnvironment(command)
    .option(
      "--json",
      "for machines: a list, oldest first, of started, action, release, image, commit, by, result, seconds, kept (it can be rolled back to), serving",
    )
    .action((word: string | undefined, options: Options) => {
      const environment = parseEnvironment(word);
      return withSession(invocation, options, async (session) => {
        const { vm } = await lookAtVm(session);
        vm.shareConnection();
        const serving = servingIn(await vm.slots(), environment)?.release;
        const records = recordsOf(await vm.history(environment), serving);
        if (options.json) session.printJson(records);
        else session.print(renderReleases(records));
      });
    });
}
