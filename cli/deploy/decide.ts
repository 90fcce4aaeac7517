import { ProblemsError } from "../errors.ts";
import type { StackPlan } from "../plan/changes.ts";
import { type Guarded, risksOf } from "../plan/risks.ts";
import type { Survey } from "../vm/answers.ts";

/**
 * Whether the server is as it is defined, and the last release of the environment went well. Then the release need not
 * wait until Terraform has looked at the server.
 *
 * @param survey undefined: it does not answer
 */
export function isSound(
  survey: Survey | undefined,
  applied: string,
  definition: string | undefined,
): boolean {
  return survey?.result === "served" && applied !== "" && applied === definition;
}

/**
 * Whether the VM says that a release serves, alone and with nobody at work. What Terraform remembers says nothing of
 * it after a rollback, or when one of them was killed.
 */
export function servesAlone(survey: Survey, environment: string, release: string): boolean {
  const visited = survey.slots.filter(
    (slot) =>
      slot.environment === environment && (slot.role === "serving" || slot.role === "canary"),
  );
  const [only] = visited;
  const alone = visited.length === 1 && only?.role === "serving";
  return alone && only.release === release && !survey.held;
}

/**
 * Lets a plan of the server's stack through that replaces or destroys nothing but what was named.
 *
 * @throws ProblemsError
 */
export function allow(plan: StackPlan, named: Guarded[]): void {
  const risks = risksOf([plan]).filter(
    ({ confirm }) => confirm !== undefined && !named.includes(confirm),
  );
  if (risks.length === 0) return;
  const flags = [...new Set(risks.map(({ confirm }) => `--may-replace ${confirm}`))].join(" ");
  throw new ProblemsError([
    ...risks.map(({ what }) => what),
    `Refused. See scripts/plan.sh server; to go on, add: ${flags}`,
  ]);
}
