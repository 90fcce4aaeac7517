import { Command, CommanderError } from "commander";
import { nearest } from "../config/nearest.ts";
import { type CommandModule, commands, scripts } from "./commands.ts";
import { RefusedError } from "./errors.ts";
import type { Invocation } from "./session.ts";

/** Seconds that --wait means when none are named. */
export const USUAL_WAIT = 600;

/**
 * Makes the program of one command. It ends no process: what is wrong with the arguments is thrown.
 *
 * @param invocation what the command is called by
 */
export function makeCommand(
  { define }: CommandModule,
  summary: string,
  invocation: Invocation,
): Command {
  const command = new Command(invocation.program)
    .description(summary)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => invocation.stdout.write(text),
      writeErr: () => {}, // cli/main.ts prints errors
    })
    .configureHelp({ helpWidth: 100 })
    .helpOption("-h, --help", "show this text")
    .allowExcessArguments(false)
    .option("--config <FILE>", "use another configuration than onebox.config.ts")
    .hook("preAction", refuseEmptyWords);
  define(command, invocation);
  for (const each of [command, ...command.commands]) refuseSecondValues(each);
  return command;
}

/**
 * Refuses a second value of an option that takes one: the first would count for nothing. An option that collects its
 * values holds a list; a switch that is there twice says the same as once.
 */
function refuseSecondValues(command: Command): void {
  for (const option of command.options) {
    if (!option.required && !option.optional) continue;
    let given = 0;
    command.on(`option:${option.name()}`, () => {
      given += 1;
      if (given < 2 || Array.isArray(command.getOptionValue(option.attributeName()))) return;
      throw new RefusedError(`${option.long} is there twice; give it once`);
    });
  }
}

/**
 * Refuses a word that is there and says nothing, such as a variable of a pipeline that was not set: left out it may mean
 * the branch that is checked out. What goes to another program is that one's own.
 *
 * @throws RefusedError
 */
function refuseEmptyWords(command: Command): void {
  const words = command.registeredArguments.filter(({ variadic }, index) => {
    return !variadic && command.args[index] === "";
  });
  const options = command.options.filter((option) => {
    const key = option.attributeName();
    return command.getOptionValueSource(key) === "cli" && command.getOptionValue(key) === "";
  });
  const [empty] = [...words.map((word) => word.name()), ...options.map(({ long }) => long)];
  if (empty !== undefined)
    throw new RefusedError(`${empty} is empty; say what is meant, or leave it out`);
}

/** Does what the arguments say. */
export async function runCommand(command: Command, args: string[]): Promise<void> {
  try {
    await command.parseAsync(spellWait(args, command), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return; // --help
    throw new RefusedError(`${sentence(error, command)}; see ${command.name()} --help`);
  }
}

/** Commander's message in one line: "error: unknown option '--jsno'\n(Did you mean --json?)". */
function sentence({ code, message }: CommanderError, command: Command): string {
  const [what = "", hint = ""] = message.replace(/^error: /, "").split("\n");
  const meant = /^\(Did you mean (.*)\?\)$/.exec(hint)?.[1];
  const [, option = "", value = ""] =
    /^option '(?:-\w, )?(\S+)(?: [<[]([^>\]]*))?/.exec(what) ?? [];
  if (code === "commander.optionMissingArgument") return `${option} needs ${value}`;
  if (code === "commander.conflictingOption") return exclusive(what);
  if (code === "commander.invalidArgument") return invalid(option, what);
  if (code === "commander.excessArguments") return excess(what, command);
  const said = what.replaceAll("'", "").replace(/\.$/, "");
  return meant === undefined ? said : `${said} (did you mean ${meant}?)`;
}

/** "option '--context' cannot be used with option '--describe [IMAGE]'" */
function exclusive(message: string): string {
  const [one, other] = [...message.matchAll(/option '(?:-\w, )?([\w-]+)/g)].map(([, name]) => name);
  return `${one} and ${other} exclude each other`;
}

/**
 * "option '--service <NAME>' argument 'db' is invalid. Allowed choices are app, database, traefik." Of an argument:
 * "command-argument value 'off' is invalid for argument 'fault'. Allowed …"
 */
function invalid(option: string, message: string): string {
  const [, given = "", name = option, choices = ""] =
    /(?:argument|value) '(.*)' is invalid(?: for argument '(.*)')?\. .* are (.*)\.$/.exec(
      message,
    ) ?? [];
  return `${name} needs ${choices.replace(/, (?=[^,]*$)/, " or ")}, not ${given}`;
}

/** "too many arguments. Expected 1 argument but got 2: stage, prod." */
function excess(message: string, { registeredArguments }: Command): string {
  const [, expected = "0", given = ""] = /Expected (\d+) .*: (.*)\.$/.exec(message) ?? [];
  const first = given.split(", ")[Number(expected)] ?? "";
  return expected === "0"
    ? `unknown argument ${first}`
    : `one ${registeredArguments.at(-1)?.name()} at a time; "${first}" is one too many`;
}

/** What is meant for a time, though it may not be one: "5", "-1", "10m". */
const asTime = /^[+-]?\d+(\.\d+)?[smhd]?$/;

/** Seconds after --wait may be left out, also where something else follows; another program's --wait is its own. */
function spellWait(args: string[], { options }: Command): string[] {
  if (!options.some(({ long }) => long === "--wait")) return args;
  const end = args.indexOf("--");
  return args.map((argument, index) =>
    argument === "--wait" && (end === -1 || index < end) && !asTime.test(args[index + 1] ?? "")
      ? `--wait=${USUAL_WAIT}`
      : argument,
  );
}

/** What is wrong with the name of a command. */
export function unknownCommand(name: string): RefusedError {
  const all = [...Object.keys(commands), ...scripts];
  const meant = nearest(name, all);
  const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
  return new RefusedError(`unknown command ${name}${hint}; see onebox --help`);
}

/** The text of `onebox --help`. */
export function overview(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const);
  const others = scripts.map((name) => [name, `see scripts/${name}.sh --help`] as const);
  const rows = [...lines, ...others].map(([name, text]) => `  ${name.padEnd(14)}${text}`);
  return `Usage: onebox COMMAND [options]\n\n${rows.sort().join("\n")}\n`;
}
