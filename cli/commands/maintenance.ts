import type { Command } from "commander";
import { proxiesOf } from "../../config/proxies.ts";
import { RefusedError } from "../errors.ts";
import {
  DEFAULT_MESSAGE,
  describeMaintenance,
  type Maintenance,
  problemsOf,
  renderMaintenance,
  unknowable,
} from "../maintenance.ts";
import { parseTask } from "../options.ts";
import { hostNames } from "../project.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";

const actions = ["on", "off", "status"] as const;

interface Options extends CommonOptions {
  message?: string;
  retryAfter?: string;
  allow?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("stage|prod on|off|status [options]")
    .argument("[environment]", "stage or prod")
    .argument("[action]", '"on" may be given again, with other options')
    .option("--message <TEXT>", "what the page says")
    .option(
      "--retry-after <SECONDS>",
      "when to try again, for programs and search engines (default 300)",
    )
    .option("--allow <ADDRESS[,…]>", "addresses or networks that get through to the app")
    .addHelpText("after", "\nDeploys go on behind it. Exit codes as of scripts/deploy.sh.")
    .action((first: string | undefined, second: string | undefined, options: Options) => {
      const { environment, action } = parseTask([first, second], actions);
      const maintenance = action === "on" ? settingsOf(options) : noSettings(options);
      return withSession(invocation, options, async (session) => {
        const { project, vm } = await lookAtVm(session);
        if (action === "status") {
          session.print(describeMaintenance(environment, await vm.maintenance(environment)));
          return;
        }
        const hosts = hostNames(project, environment);
        const { config } = project;
        const problems = maintenance === undefined ? [] : unknowable(maintenance, config);
        if (problems.length > 0) throw new RefusedError(problems.join("; "));
        const https = config.https !== undefined;
        const proxied = proxiesOf(config).length > 0;
        const input =
          maintenance === undefined
            ? ""
            : renderMaintenance({ environment, hosts, https, proxied }, maintenance);
        await session.steps.run("maintenance", async (step) => {
          const { output } = step;
          await vm.run(`/opt/onebox/bin/maintenance ${environment} ${action}`, { input, output });
          step.note = `${hosts[0]} is ${action === "on" ? "in maintenance" : "open"}`;
        });
      });
    });
}

function settingsOf({ message, retryAfter = "300", allow = "" }: Options): Maintenance {
  const maintenance = {
    message: message ?? DEFAULT_MESSAGE,
    retryAfter: Number(retryAfter),
    allow: allow.split(",").filter(Boolean),
  };
  const problems = problemsOf(maintenance);
  if (problems.length > 0) {
    throw new RefusedError(problems.join("; "));
  }
  return maintenance;
}

function noSettings({ message, retryAfter, allow }: Options): undefined {
  if (message || retryAfter || allow)
    throw new RefusedError("--message, --retry-after and --allow belong to on");
}
