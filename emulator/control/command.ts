#!/usr/bin/env node
import { ControlError, createControlClient } from "./client.ts";
import { clockCommand } from "./clock-command.ts";
import { consoleCommand } from "./console-command.ts";
import { faultCommand } from "./fault-command.ts";
import { tokenCommand } from "./token-command.ts";

// What scripts/cloud.sh asks of the control endpoint, and of the console. Usage: node command.ts DIR WORD [ARGUMENTS]

const COMMANDS = {
  token: tokenCommand,
  fault: faultCommand,
  clock: clockCommand,
  console: consoleCommand,
};

const [directory = "", word = "", ...args] = process.argv.slice(2);
const command = COMMANDS[word as keyof typeof COMMANDS];
try {
  if (command === undefined) throw new ControlError(`unknown: '${word}'`);
  if (args.includes("--help") || args.includes("-h")) process.stdout.write(command.help);
  else await command.run(args, () => createControlClient(directory), directory);
} catch (cause) {
  const wrongUsage = (cause as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  if (!(cause instanceof ControlError) && !wrongUsage) throw cause;
  process.stderr.write(`cloud.sh: ${(cause as Error).message.split("\n")[0]}\n`);
  process.exitCode = 2;
}
