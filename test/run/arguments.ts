import { editsBetween } from "../../config/nearest.ts";

/** How much of the one suite a run takes: what is quick, what a change can break, or all there is. */
export const tiers = ["fast", "default", "long"] as const;
export type Tier = (typeof tiers)[number];

/** What a run was asked for. */
export interface Wishes {
  tier: Tier;
  /** Chooses samples; undefined: the commit does. */
  seed: number | undefined;
  /** Only the suites of what has changed, since this revision; true: since the default one. */
  changed: string | true | undefined;
  /** Only these suites; none: all of the tier. */
  suites: string[];
  /** Without those that have passed already. */
  goesOn: boolean;
  action: "run" | "list" | "watch";
}

/** Wrong usage, in one line. */
export class UsageError extends Error {}

/**
 * Reads the arguments of scripts/test.sh.
 *
 * @param known the names of all suites
 * @throws UsageError
 */
export function readArguments(args: string[], known: string[]): Wishes {
  const wishes: Wishes = {
    tier: "default",
    seed: undefined,
    changed: undefined,
    suites: [],
    goesOn: false,
    action: "run",
  };
  const left = [...args];
  const choose = (tier: Tier) => {
    if (wishes.tier !== "default" && wishes.tier !== tier) refuse("--fast or --long, not both");
    wishes.tier = tier;
  };
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === "--fast") choose("fast");
    else if (arg === "--long") choose("long");
    else if (arg === "--list") wishes.action = "list";
    else if (arg === "--watch") wishes.action = "watch";
    else if (arg === "--continue") wishes.goesOn = true;
    else if (arg === "--seed") wishes.seed = readSeed(left.shift());
    else if (arg === "--changed") {
      wishes.changed = left[0]?.startsWith("-") === false ? left.shift() : true;
    } else if (arg.startsWith("-")) refuse(`unknown option ${arg}; see scripts/test.sh --help`);
    else if (known.includes(arg)) wishes.suites.push(arg);
    else refuse(`no suite is called "${arg}"${suggest(arg, known)}; scripts/test.sh --list`);
  }
  if (wishes.changed !== undefined && wishes.suites.length > 0) {
    refuse("--changed chooses the suites itself: name none beside it");
  }
  if (wishes.action !== "run" && args.length > 1) {
    refuse(`--${wishes.action} takes nothing beside it`);
  }
  return wishes;
}

function refuse(why: string): never {
  throw new UsageError(why);
}

function readSeed(text: string | undefined): number {
  const seed = Number(text);
  if (text && /^\d+$/.test(text) && seed < 2 ** 32) return seed;
  return refuse(
    `--seed ${text ?? ""}: a whole number below ${2 ** 32}, as an earlier run has printed it`,
  );
}

/** The names that are nearly this one, for the reader who has mistyped it. */
function suggest(name: string, known: string[]): string {
  if (name === "") return "";
  const far = (each: string) => (each.startsWith(name) ? 0 : editsBetween(each, name));
  const least = Math.min(...known.map(far));
  const near = least <= name.length / 2 ? known.filter((each) => far(each) === least) : [];
  return near.length > 0 ? `; did you mean ${near.join(" or ")}` : "";
}
