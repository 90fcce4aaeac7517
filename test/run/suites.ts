import { globSync } from "node:fs";
import { root } from "../../config/load.ts";
import type { Tier } from "./arguments.ts";
import { Imports } from "./imports.ts";
import { alone } from "./suites/alone.ts";
import { longest } from "./suites/longest.ts";
import { ofParts } from "./suites/parts.ts";
import { ofPieces } from "./suites/pieces.ts";
import type { Suite } from "./suites/suite.ts";

/** All of them, in the order in which they begin. */
export const suites: Suite[] = [...longest, ...ofParts, ...ofPieces, ...alone];

const size: Record<Tier, number> = { fast: 0, default: 1, long: 2 };

/** The suites of a tier: each has those of the smaller ones. */
export function suitesOf(tier: Tier): Suite[] {
  return suites.filter((suite) => size[suite.tier] <= size[tier]);
}

/** A suite as it is in a tier. */
export const inTier = (suite: Suite, tier: Tier): Suite =>
  tier === "long" ? { ...suite, ...suite.long } : suite;

/** Those that mean something to a repository which deploys its own app instead of server/. */
export function suitesWithoutDemo(among: Suite[]): Suite[] {
  return among.filter(({ demo }) => demo === undefined);
}

/** Those which one of these files may break. */
export function suitesFor(files: string[], among: Suite[]): Suite[] {
  const imports = new Imports(root);
  return among.filter((suite) => files.some(breaks(suite, imports)));
}

/** Whether a file may break a suite: the suite covers it, or its tests import it. */
export function breaks(
  { covers, tests }: Suite,
  imports = new Imports(root),
): (file: string) => boolean {
  const own = imports.of(globSync(tests, { cwd: root }));
  return (file) => own.has(file) || covers.some((start) => file.startsWith(start));
}
