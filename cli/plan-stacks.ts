import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../config/cloud.ts";
import { plainText } from "./plain-text.ts";
import { readPlan, type StackPlan } from "./plan/changes.ts";
import { askCosts } from "./plan/costs.ts";
import { type Format, renderReport } from "./plan/render.ts";
import { risksOf } from "./plan/risks.ts";
import type { Access } from "./server.ts";
import type { Session } from "./session.ts";
import type { Step } from "./steps.ts";
import { workOnStack } from "./terraform/apply.ts";
import type { StackName } from "./terraform/terraform.ts";

/** Seconds for which a deploy that is under way is waited for. */
const PATIENCE = 120;

/** What Terraform would do to a stack. The plan, which holds sensitive values, lies in the private directory meanwhile. */
export async function planStack(
  session: Session,
  { terraform, vm }: Pick<Access, "terraform" | "vm">,
  stack: StackName,
  step: Step,
): Promise<StackPlan> {
  const saved = join(session.secrets, `${stack}.plan`);
  const command: [string, ...string[]] = ["plan", `-out=${saved}`];
  await workOnStack(terraform, { stack, command, patience: PATIENCE, waits: false }, vm, step);
  const { stdout } = await terraform.run(stack, ["show", "-json", saved]);
  rmSync(saved);
  return readPlan(stack, stdout);
}

/** Says what plans would do, what is at risk and what it costs, at the prices that the API tells. */
export async function explainPlans(
  session: Session,
  { cloud, token }: { cloud: Pick<Cloud, "endpoint">; token: string },
  plans: StackPlan[],
  format: Format,
): Promise<string> {
  const asked = { endpoint: cloud.endpoint, token };
  const prices = await askCosts(plans, asked, (line) => session.say(line));
  return plainText(renderReport({ plans, risks: risksOf(plans), prices }, format));
}

/** Whether plans hold anything. */
export function differs(plans: StackPlan[]): boolean {
  return plans.some(({ changes, drift }) => changes.length + drift.length > 0);
}
