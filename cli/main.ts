#!/usr/bin/env node
/**
 * Usage: node cli/main.ts COMMAND [options]    (scripts/COMMAND.sh, or npx onebox COMMAND)
 *
 * The deploy program: arguments in, exit code out. No other file of cli/ ends the process or prints an error.
 */
import { basename } from "node:path";
import { root } from "../config/load.ts";
import { ciCommands } from "./ci/commands.ts";
import { commands, scripts } from "./commands.ts";
import { ExitError } from "./errors.ts";
import { makeCommand, overview, runCommand, unknownCommand } from "./program.ts";
import { reportOf } from "./report.ts";
import { runScript } from "./script.ts";
import { type Invocation, withSession } from "./session.ts";
import { onSignal } from "./signals.ts";

process.umask(0o077);

const [name = "--help", ...args] = process.argv.slice(2);
const all = { ...commands, ...ciCommands };
const entry = Object.hasOwn(all, name) ? all[name] : undefined;
const { ONEBOX_PROGRAM = entry === undefined ? "onebox" : `onebox ${name}` } = process.env;

const invocation: Invocation = {
  root,
  command: basename(name),
  program: ONEBOX_PROGRAM,
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  onSignal,
};

async function main(): Promise<void> {
  if (name === "--help" || name === "-h") process.stdout.write(overview());
  else if (scripts.includes(name)) {
    const code = await withSession(invocation, {}, (session) => runScript(session, name, args));
    if (code !== 0) throw new ExitError(code);
  } else if (entry === undefined) throw unknownCommand(name);
  else await runCommand(makeCommand(await entry.load(), entry.summary, invocation), args);
}

try {
  await main();
} catch (error) {
  const { text, exitCode } = reportOf(error, basename(ONEBOX_PROGRAM));
  process.stderr.write(text);
  process.exitCode = exitCode;
}
process.exit();
