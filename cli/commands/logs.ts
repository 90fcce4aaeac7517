import { type Command, Option } from "commander";
import { FailedError, RefusedError } from "../errors.ts";
import { parseEnvironment, takeEnvironment } from "../options.ts";
import { plainLines } from "../plain-text.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";

/** Which services of compose each word stands for. */
const services = { app: "blue green", database: "database", traefik: "traefik" };

interface Options extends CommonOptions {
  follow?: boolean;
  since?: string;
  service: keyof typeof services;
}

export function define(command: Command, invocation: Invocation): void {
  takeEnvironment(command, ["edge"])
    .option("--follow", "go on until Ctrl-C")
    .addOption(
      new Option(
        "--since <TIME>",
        "from then on, such as 10m or 2026-11-21T08:00:00 (default: the last 100 lines)",
      ).argParser(parseTime),
    )
    .addOption(
      new Option("--service <NAME>", 'whose logs; "app" means both slots')
        .choices(Object.keys(services))
        .default("app"),
    )
    .action((word: string | undefined, options: Options) => {
      const what = parseEnvironment(word, ["edge"]);
      const named = command.getOptionValueSource("service") === "cli";
      if (what === "edge" && named && options.service !== "traefik")
        throw new RefusedError("the edge is Traefik; --service belongs to stage and prod");
      return withSession(invocation, options, async (session) => {
        const { vm } = await lookAtVm(session);
        const lines = plainLines((text) => invocation.stdout.write(text));
        const code = await vm.pass(composeLogs(what, options), lines.write);
        lines.end();
        if (code !== 0) throw new FailedError(`the VM at ${vm.address} could not show the logs`);
      });
    });
}

/** The command on the VM. Each word of it is one of ours, or was checked. */
function composeLogs(what: string, { follow, since, service }: Options): string {
  const range = since === undefined ? "--tail 100" : `--since ${since}`;
  const names = services[what === "edge" ? "traefik" : service];
  return `docker compose -p onebox-${what} logs --no-color ${follow ? "--follow " : ""}${range} ${names}`;
}

function parseTime(text: string): string {
  if (/^[0-9A-Za-z:.+-]+$/.test(text)) return text;
  throw new RefusedError("--since needs a time such as 10m");
}
