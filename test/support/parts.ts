import { drawn } from "./sample.ts";

/** mocha's own functions for a part that a run takes; for another one they define nothing. */
export interface Part {
  describe(title: string, tests: () => void): void;
  it(title: string, test: () => void | Promise<void>): void;
}

const none: Part = { describe: () => {}, it: () => {} };

/**
 * Parts of a suite that do not need each other: a run takes as many of them as a variable of its environment says.
 *
 * @returns the part of a name
 */
export function partsOf<Name extends string>(
  variable: string,
  names: readonly Name[],
): (name: Name) => Part {
  const taken = drawn(variable, names);
  return (name) => (taken.includes(name) ? { describe, it } : none);
}
