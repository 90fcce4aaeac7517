import { join } from "node:path";
import { Begun } from "../begun.ts";
import { FailedError } from "../errors.ts";
import { readPlan } from "../plan/changes.ts";
import { ProgramError } from "../processes.ts";
import type { Access } from "../server.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { type Work, workOnStack } from "../terraform/apply.ts";
import type { Terraform } from "../terraform/terraform.ts";
import { type Agreed, allow } from "./decide.ts";

/** Of `terraform plan -detailed-exitcode`: it differs. */
const DIFFERS = 2;
/** How often another deploy may apply its own plan between this one's plan and its apply. */
const ATTEMPTS = 3;

/** Begins to plan the server's stack while other work is done; applyServer takes whether something differs. */
export function beginPlan(
  session: Session,
  { terraform }: Pick<Access, "terraform">,
): Begun<boolean> {
  return new Begun((step) => plan(session, terraform, step));
}

/** Whether something differs. The plan holds sensitive values, so it lies in the private directory. */
async function plan(
  session: Session,
  terraform: Terraform,
  step: Step,
  replace: string[] = [],
): Promise<boolean> {
  const saved = `-out=${savedIn(session)}`;
  const command: Work["command"] = ["plan", "-detailed-exitcode", saved, ...replace];
  const work: Work = { stack: "server", command, patience: 0, codes: [DIFFERS] };
  return (await workOnStack(terraform, work, undefined, step)).code === DIFFERS;
}

const savedIn = (session: Session): string => join(session.secrets, "server.plan");

/**
 * Creates the VM and what surrounds it, or mends what differs from its definition.
 *
 * @param agreed what may be replaced, destroyed or stopped
 * @param begun a plan that is being made already
 * @param replace options of Terraform's for what must be done again
 * @returns whether anything was changed
 * @throws ProblemsError when the plan would replace, destroy or stop something else
 */
export async function applyServer(
  session: Session,
  { terraform }: Pick<Access, "terraform">,
  { agreed, begun, replace }: { agreed: Agreed; begun?: Begun<boolean>; replace?: string[] },
  step: Step,
): Promise<boolean> {
  step.progress("terraform apply");
  let differs = await begun?.take(step);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    differs ??= await plan(session, terraform, step, replace);
    if (!differs) return attempt > 1;
    const saved = savedIn(session);
    const { stdout } = await terraform.run("server", ["show", "-json", saved]);
    allow(readPlan("server", stdout), agreed);
    const command: Work["command"] = ["apply", "-auto-approve", saved];
    const work: Work = { stack: "server", command, patience: 0 };
    if (await applied(workOnStack(terraform, work, undefined, step))) return true;
    differs = undefined;
  }
  throw new FailedError("other deploys change the server all the time", { next: "run this again" });
}

/** false: another deploy has applied its own since the plan was made. */
async function applied(apply: Promise<unknown>): Promise<boolean> {
  try {
    await apply;
    return true;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const { stdout, stderr } = error.finished;
    if (/Saved plan is stale/.test(stdout + stderr)) return false;
    throw error;
  }
}
