import { nearest } from "../env/nearest.ts";
import { RefusedError } from "../errors.ts";
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

export function parseAction(word: string | undefined): Action {
  if (word === undefined) throw new RefusedError("say what to do: up, down or list");
  const found = actions.find((action) => action === word);
  if (found !== undefined) return found;
  const meant = nearest(word, actions);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new RefusedError(`unknown action "${word}": it is up, down or list${hint}`);
}

export function parseHours(text: string): number {
  const hours = Number(text);
  if (/^[1-9][0-9]{0,3}$/.test(text) && hours <= LONGEST) return hours;
  throw new RefusedError(`--hours needs a number from 1 to ${LONGEST}`);
}
