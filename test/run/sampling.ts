import { sample as draw, numbersOf, readAmount } from "../support/sample.ts";
import type { Tier } from "./arguments.ts";

/** Settings of a suite, as it reads them from its environment. */
export type Settings = Record<string, string>;

/** What a suite takes of a large space: in the default tier and in the long one. */
export interface Sample {
  /** In words, for the report. */
  of: string;
  default: Settings;
  long: Settings;
  files?: Choice;
}

/** Files of a suite that do not need each other: a run takes some of them. */
export interface Choice {
  /** The setting that says how many. */
  by: string;
  /** As mocha names them, from where the suite runs. */
  among: string[];
}

/** The seed that belongs to a commit: another one for each, the same wherever it is tested. */
export function seedOf(commit: string): number {
  const seed = Number.parseInt(commit.slice(0, 8), 16);
  if (Number.isNaN(seed)) throw new Error(`"${commit}" is no commit`);
  return seed;
}

/** What a suite is told: how much to take, and the seed that chooses it. What is set already stays. */
export function settingsFor(
  sample: Sample | undefined,
  tier: Tier,
  seed: number,
  set: NodeJS.ProcessEnv,
): Settings {
  const wanted = { ...sample?.[tier === "long" ? "long" : "default"] };
  for (const key of Object.keys(wanted)) {
    const value = set[key];
    if (value) wanted[key] = value;
  }
  return { ...wanted, ONEBOX_SEED: String(seed) };
}

/** The files that a suite leaves out, by the seed among its settings. */
export function leftOut({ files }: Sample, settings: Settings): string[] {
  if (files === undefined) return [];
  const count = readAmount(files.by, settings[files.by] ?? "");
  const taken = draw(files.among, count, [], numbersOf(files.by, Number(settings.ONEBOX_SEED)));
  return files.among.filter((file) => !taken.includes(file));
}
