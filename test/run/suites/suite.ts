import type { Tier } from "../arguments.ts";
import type { Lane } from "../lanes.ts";
import type { Sample } from "../sampling.ts";

/** What a suite runs: mocha, from a directory of the tree; or, from its top, a program that counts nothing itself. */
export type Command =
  | { kind: "mocha"; from: string; arguments: string[] }
  | { kind: "program"; command: string[] };

/** A part of the tests that runs by itself. */
export interface Suite {
  name: string;
  /** The smallest tier that has it. */
  tier: Tier;
  lane: Lane;
  /** What is otherwise in the long tier, which tries more. */
  long?: { lane: Lane };
  command: Command;
  /** Its tests, as patterns of files. */
  tests: string[];
  /** It is run when something that begins with one of these has changed, or what its tests import. */
  covers: string[];
  sample?: Sample;
  /** How long it may go on without the end of a test, where that is not what others may (minutes). */
  patience?: number;
  /** It may use the stage that others before it have deployed: ONEBOX_TEST_STAGE names the directory for it. */
  stage?: true;
  /** It is about the app in server/, or deploys it: nothing for a repository that deploys another one. */
  demo?: true;
}
