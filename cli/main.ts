#!/usr/bin/env -S node --no-concurrent-recompilation
/**
 * Usage: node cli/main.ts COMMAND [options]    (scripts/COMMAND.sh, or npx onebox COMMAND)
 *
 * The deploy program: arguments in, exit code out. No other file of cli/ ends the process or prints an error.
 */
import { basename } from "node:path";
import { setImmediate as immediate } from "node:timers/promises";
import { z } from "zod";
import { root } from "../config/load.ts";
import { ciCommands } from "./ci/commands.ts";
import { commands, scripts } from "./commands.ts";
import { ExitError, FailedError } from "./errors.ts";
import { makeCommand, overview, runCommand, unknownCommand } from "./program.ts";
import { useProxy } from "./proxy.ts";
import { reportOf } from "./report.ts";
import { runScript } from "./script.ts";
import { type Invocation, withSession } from "./session.ts";
import { onSignal } from "./signals.ts";
import { explainUncaught } from "./uncaught.ts";

process.umask(0o077);
z.config({ jitless: true }); // each schema is used a few times: to compile it takes longer than that

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

let done = false;
/** What was written last, and could not be: a list that is cut off is no list. */
let unwritten: NodeJS.ErrnoException | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    unwritten ??= error;
  });
}
/** What was thrown where nobody waits for it. What is open is closed as at a signal, then this is told. */
let uncaught: unknown;
process.on("uncaughtException", (error) => {
  uncaught ??= explainUncaught(error, root);
  if (process.emit("SIGTERM")) return;
  fail(uncaught);
  done = true;
  process.exit();
});
process.on("exit", () => {
  // onebox.config.ts is a program too: it may end this one, or wait for what never comes.
  if (!done) fail(new FailedError("ended before its work was done; does onebox.config.ts end it?"));
});

function fail(error: unknown): void {
  const { text, exitCode } = reportOf(error, basename(ONEBOX_PROGRAM));
  process.stderr.write(text);
  process.exitCode = exitCode;
}

async function main(): Promise<void> {
  useProxy(process.env);
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
  fail(uncaught ?? error);
}
await immediate(); // that something could not be written is told a moment later
if (unwritten !== undefined && unwritten.code !== "EPIPE" && !process.exitCode) {
  fail(new FailedError(`its output could not be written: ${unwritten.message}`));
}
done = true;
process.exit();
