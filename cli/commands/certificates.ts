import type { Command } from "commander";
import { lookAtCertificates } from "../certificates.ts";
import { ExitError, RefusedError } from "../errors.ts";
import { parseEnvironment, takeEnvironment } from "../options.ts";
import { loadProject } from "../project.ts";
import { lookAtVm, lookThrough } from "../server.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";

export function define(command: Command, invocation: Invocation): void {
  takeEnvironment(command)
    .addHelpText(
      "after",
      "\nExit codes: 0 each is valid; 1 one is missing, not trusted or expires within a week, which is days\nafter it should have been renewed; 2 wrong usage or configuration.",
    )
    .action((word: string | undefined, options: CommonOptions) => {
      const environment = parseEnvironment(word);
      return withSession(invocation, options, async (session) => {
        const { config } = await loadProject(session.root, session.configFile);
        if (config.https === undefined) {
          throw new RefusedError(
            "onebox.config.ts has no https section; docs/https.md explains it",
          );
        }
        const access = await lookAtVm(session);
        const { address } = access.vm;
        const asked = { project: access.project, environment, address, via: lookThrough(access) };
        const told = await lookAtCertificates(asked);
        for (const { line } of told) session.print(line);
        if (told.some(({ good }) => !good)) throw new ExitError(1);
      });
    });
}
