import { ProblemsError } from "../errors.ts";
import type { StackPlan } from "../plan/changes.ts";
import { type Guarded, type Need, risksOf } from "../plan/risks.ts";
import type { Survey } from "../vm/answers.ts";

/** Whether the server was left as it is defined. @param applied the definition that was applied last */
export function isAsLeft(applied: string, definition: string | undefined): boolean {
  return applied !== "" && applied === definition;
}

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
  return survey?.result === "served" && isAsLeft(applied, definition);
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

/** What of that which is at risk the one who deploys has agreed to. */
export interface Agreed {
  mayReplace: Guarded[];
  mayRestart: boolean;
}

/**
 * Lets a plan of the server's stack through that replaces, destroys and stops nothing but what was agreed to.
 *
 * @throws ProblemsError
 */
export function allow(plan: StackPlan, { mayReplace, mayRestart }: Agreed): void {
  const agreed: Need[] = mayReplace.map((name) => `--may-replace ${name}` as const);
  if (mayRestart) agreed.push("--may-restart");
  const risks = risksOf([plan]).filter(({ needs }) => needs && !agreed.includes(needs));
  if (risks.length === 0) return;
  const flags = new Set(risks.map(({ needs }) => needs));
  throw new ProblemsError([
    ...risks.map(({ what }) => what),
    flags.has("never")
      ? "Refused. See scripts/plan.sh server."
      : `Refused. See scripts/plan.sh server; to go on, add: ${[...flags].join(" ")}`,
  ]);
}
