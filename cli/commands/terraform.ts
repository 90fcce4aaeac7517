import type { Command } from "commander";
import { ExitError, RefusedError } from "../errors.ts";
import { parseEnvironment } from "../options.ts";
import { keepsZones } from "../project.ts";
import { servingRelease, useRelease } from "../release/serving.ts";
import { openServer } from "../server.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";
import { whoWorks } from "../who.ts";

const examples = `
  scripts/terraform.sh server plan
  scripts/terraform.sh server apply -replace=hcloud_server.server     a new VM, same address and data
  scripts/terraform.sh stage state list

An environment's image is the one that it serves. Exit code: Terraform's own.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("[--config FILE] server|dns|stage|prod COMMAND...")
    .argument("[stack]", "server, dns, stage or prod")
    .argument("[COMMAND...]", "a command of Terraform, with its own options")
    .passThroughOptions()
    .addHelpText("after", examples)
    .action((word: string | undefined, words: string[], options: CommonOptions) => {
      const stack = parseEnvironment(word, ["server", "dns"]);
      if (words.length === 0) throw new RefusedError("name a command of Terraform, such as plan");
      return withSession(invocation, options, async (session) => {
        const environment = stack === "stage" || stack === "prod" ? stack : undefined;
        const access = await openServer(session, {
          quiet: true,
          ...(environment !== undefined && { environment }),
        });
        if (stack === "dns" && !keepsZones(access.project)) {
          throw new RefusedError("no DNS zone is kept; see docs/dns.md");
        }
        if (environment !== undefined) {
          const release = await servingRelease(access.vm, environment);
          useRelease(session, access, environment, release, { by: await whoWorks(session) });
        }
        await access.terraform.init(stack, (text) => session.log.write(text));
        const code = await access.terraform.attach(stack, words);
        if (code !== 0) throw new ExitError(code);
      });
    });
}
