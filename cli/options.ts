import { type Command, Option } from "commander";
import type { EnvironmentName } from "../config/schema.ts";
import { nearest } from "./env/nearest.ts";
import { RefusedError } from "./errors.ts";

/** Gives a command its environment, which stands first: "stage" or "prod", or one of `more`. */
export function takeEnvironment<More extends string = never>(
  command: Command,
  more: More[] = [],
): Command {
  const words = ["stage", "prod", ...more];
  return command
    .usage(`${words.join("|")} [options]`)
    .argument("[environment]", words.join(", "), (word) => parseEnvironment(word, more));
}

/**
 * Checks the word that names an environment.
 *
 * @throws RefusedError
 */
export function parseEnvironment<More extends string = never>(
  word: string | undefined,
  more: More[] = [],
): EnvironmentName | More {
  const words = ["stage", "prod", ...more] as const;
  const list = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  if (word === undefined) throw new RefusedError(`name what you mean: ${list}`);
  const found = words.find((candidate) => candidate === word);
  if (found !== undefined) return found as EnvironmentName | More;
  const meant = nearest(word, words);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new RefusedError(`unknown environment "${word}": it is ${list}${hint}`);
}

/** --verbose, where there is something to show. */
export function takeVerbose(command: Command, whose: string): Command {
  return command.option("--verbose", `show ${whose} own output`);
}

/** --wait: for how many seconds somebody else's work is waited for. */
export function takeWait(command: Command): Command {
  const text = "wait for a deploy that is under way instead of leaving (default 600)";
  return command.addOption(new Option("--wait [SECONDS]", text).argParser(parseSeconds));
}

function parseSeconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RefusedError("--wait needs seconds");
}
