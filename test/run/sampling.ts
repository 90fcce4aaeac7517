import type { Tier } from "./arguments.ts";

/** Settings of a suite, as it reads them from its environment. */
export type Settings = Record<string, string>;

/** What a suite takes of a large space: in the default tier and in the long one. */
export interface Sample {
  /** In words, for the report. */
  of: string;
  default: Settings;
  long: Settings;
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
