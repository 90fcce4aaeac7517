import { type Command, Option } from "commander";
import { nearest } from "../config/nearest.ts";
import type { EnvironmentName } from "../config/schema.ts";
import { RefusedError } from "./errors.ts";
import { inOneLine } from "./plain-text.ts";

/** All environments. */
export const environments = ["stage", "prod"] as const;

/** Gives a command its environment, which stands first: "stage" or "prod", or one of `more`. */
export function takeEnvironment<More extends string = never>(
  command: Command,
  more: More[] = [],
): Command {
  const words = [...environments, ...more];
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
  return parseWord(word, [...environments, ...more], {
    kind: "environment",
    ask: "name what you mean:",
  });
}

/**
 * Checks a word of which there are only some.
 *
 * @param kind what the words are, and how is asked for one that is missing
 * @throws RefusedError that names all of them, and the one that a mistyped one was probably meant to be
 */
export function parseWord<Word extends string>(
  word: string | undefined,
  words: readonly Word[],
  { kind, ask }: { kind: string; ask: string },
): Word {
  const list = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  if (word === undefined) throw new RefusedError(`${ask} ${list}`);
  const found = words.find((candidate) => candidate === word);
  if (found !== undefined) return found;
  const meant = nearest(word, words);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new RefusedError(`unknown ${kind} "${inOneLine(word)}": it is ${list}${hint}`);
}

/**
 * Checks an environment and what to do with it, which may stand in either order.
 *
 * @throws RefusedError
 */
export function parseTask<Action extends string>(
  words: readonly (string | undefined)[],
  actions: readonly Action[],
): { environment: EnvironmentName; action: Action } {
  const wanted = { kind: "action", ask: "say" };
  const action = actions.find((candidate) => words.includes(candidate));
  const others = words.filter((word) => word !== undefined && word !== action);
  const named = environments.find((name) => others.includes(name));
  const unknown = others.find((word) => word !== named);
  if (action === undefined && named !== undefined) parseWord(unknown, actions, wanted);
  const environment = parseEnvironment(named ?? unknown);
  return { environment, action: action ?? parseWord(undefined, actions, wanted) };
}

/** --verbose, where there is something to show. */
export function takeVerbose(command: Command, whose: string): Command {
  return command.option("--verbose", `show ${whose} own output`);
}

/** --wait: for how many seconds somebody else's work is waited for. */
export function takeWait(command: Command): Command {
  const text = "wait for a deploy that is under way instead of exiting (default 600)";
  return command.addOption(new Option("--wait [SECONDS]", text).argParser(parseSeconds));
}

function parseSeconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RefusedError("--wait needs seconds");
}
