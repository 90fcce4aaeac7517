import { RefusedError } from "../errors.ts";
import { parseWord } from "../options.ts";
import type { CommonOptions } from "../session.ts";

const actions = ["up", "down", "list"] as const;
export type Action = (typeof actions)[number];

/** As Commander hands them over. */
export interface PreviewOptions extends CommonOptions {
  image?: string;
  hours?: number;
  wait?: number;
  json?: boolean;
}

/** Hours: a year. */
const LONGEST = 8760;

/** Checks the word that says what to do. @throws RefusedError */
export function parseAction(word: string | undefined): Action {
  return parseWord(word, actions, { kind: "action", ask: "say what to do:" });
}

/** Reads what --hours is given. @throws RefusedError */
export function parseHours(text: string): number {
  const hours = Number(text);
  if (/^[1-9][0-9]{0,3}$/.test(text) && hours <= LONGEST) return hours;
  throw new RefusedError(`--hours needs a number from 1 to ${LONGEST}`);
}
