#!/usr/bin/env node
import { ControlError, createControlClient, NotRunning } from "./client.ts";
import { clockCommand } from "./clock-command.ts";
import { consoleCommand } from "./console-command.ts";
import { envCommand } from "./env-command.ts";
import { faultCommand } from "./fault-command.ts";
import { tokenCommand } from "./token-command.ts";

// Asks a cloud for what is not part of the API. scripts/cloud.sh calls it for Onebox's own cloud,
// and says so in ONEBOX_PROGRAM; by itself it is onebox-cloud-control.

const COMMANDS = {
  env: envCommand,
  token: tokenCommand,
  fault: faultCommand,
  clock: clockCommand,
  console: consoleCommand,
};

const HELP = `Usage: onebox-cloud-control DIR COMMAND …

Asks the cloud whose data are in DIR for what is not part of Hetzner's API.

  env       prints HCLOUD_ENDPOINT, HETZNER_ENDPOINT, HCLOUD_TOKEN and ONEBOX_DNS for: eval "$(onebox-cloud-control DIR env)"
  token     further projects, and read-only access
  fault     makes things go wrong
  clock     tells and moves the cloud's time
  console   prints what a server wrote to its console

Each has a --help of its own: onebox-cloud-control DIR fault --help
`;

const script = process.env.ONEBOX_PROGRAM;
const program = script ?? "onebox-cloud-control DIR";
const start = script === undefined ? "onebox-cloud --data DIR" : `${script} start`;
const asksForHelp = (word: string) => word === "--help" || word === "-h";

const [directory = "", word = "", ...args] = process.argv.slice(2);
try {
  if (asksForHelp(directory) || asksForHelp(word)) process.stdout.write(HELP);
  else {
    const command = COMMANDS[word as keyof typeof COMMANDS];
    if (command === undefined) {
      throw new ControlError(`which command? DIR ${Object.keys(COMMANDS).join("|")} (--help)`);
    }
    if (args.some(asksForHelp)) process.stdout.write(command.help(program));
    else await command.run(args, () => createControlClient(directory), directory);
  }
} catch (cause) {
  const wrongUsage = (cause as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  if (!(cause instanceof ControlError) && !wrongUsage) throw cause;
  const name = program.split(" ")[0]?.split("/").at(-1);
  const advice = cause instanceof NotRunning ? `: ${start}` : "";
  process.stderr.write(`${name}: ${(cause as Error).message.split("\n")[0]}${advice}\n`);
  process.exitCode = 2;
}
