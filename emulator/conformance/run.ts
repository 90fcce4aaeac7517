import { randomBytes } from "node:crypto";
import { selfSigned } from "../certificates/issue.ts";
import type { Api } from "./api.ts";
import type { Case, Difference } from "./case.ts";
import { Made } from "./clean-up.ts";
import { type Run, runCase } from "./run-case.ts";

export interface Outcome {
  differences: Difference[];
  /** Paths of what could not be removed. */
  left: string[];
  /** How many cases were asked: fewer than all when it was interrupted. */
  asked: number;
}

/** Makes the calls of all cases, and removes after each what it has made. */
export async function runCases(
  cases: Case[],
  api: Api,
  look: Run["look"],
  interrupted: AbortSignal,
): Promise<Outcome> {
  const id = `conformance-${randomBytes(4).toString("hex")}`;
  const pair = selfSigned([`${id}.de`], new Date());
  const outcome: Outcome = { differences: [], left: [], asked: 0 };
  for (const one of cases) {
    if (interrupted.aborted) break;
    const made = new Made();
    const values = { run: `${id}-${one.assumption}`, ...pair };
    try {
      outcome.differences.push(...(await runCase(one, { api, values, made, look, interrupted })));
      outcome.asked++;
    } catch (cause) {
      if (interrupted.aborted) break;
      outcome.asked++;
      outcome.differences.push({
        assumption: one.assumption,
        call: one.title,
        what: "calls",
        expected: "answers",
        answered: cause instanceof Error ? cause.message : String(cause),
      });
    } finally {
      outcome.left.push(...(await made.remove(api)));
    }
  }
  return outcome;
}
