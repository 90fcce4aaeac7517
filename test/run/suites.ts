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

/** Those which cover one of these files, or whose tests import it. */
export function suitesFor(files: string[], among: Suite[]): Suite[] {
  const imports = new Imports(root);
  return among.filter((suite) => files.some(covered(suite, imports)));
}

/** Whether a suite covers a file, or its tests import it. */
function covered({ covers, tests }: Suite, imports: Imports): (file: string) => boolean {
  const own = imports.of(globSync(tests, { cwd: root }));
  return (file) => own.has(file) || covers.some((start) => file.startsWith(start));
}

/**
 * Whether a file may break a suite, on the safe side: all but the other suites' tests, unless it covers those or imports
 * them. What runs the tests is no suite's, though its own tests lie there.
 */
export function mayBreak(suite: Suite): (file: string) => boolean {
  const others = suites
    .filter(({ name }) => name !== suite.name)
    .flatMap(({ tests }) => tests.map((pattern) => pattern.replace(/[^/]*[*{!].*/, "")))
    .filter((directory) => directory !== "test/run/");
  const own = covered(suite, new Imports(root));
  return (file) => own(file) || !others.some((directory) => file.startsWith(directory));
}
