import type { Command } from "commander";
import { ExitError } from "../errors.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("[options] [COMMAND...]")
    .argument("[COMMAND...]", "what to run there; without it, a shell")
    .passThroughOptions()
    .addHelpText("after", "\nExit code: the command's own.")
    .action((words: string[], options: CommonOptions) =>
      withSession(invocation, options, async (session) => {
        const { vm } = await lookAtVm(session);
        const code = await vm.attach(words);
        if (code !== 0) throw new ExitError(code);
      }),
    );
}
