import { join } from "node:path";
import { readPlan } from "../../operator/plan/changes.ts";
import type { Guarded } from "../../operator/plan/risks.ts";
import { FailedError } from "../errors.ts";
import { ProgramError } from "../processes.ts";
import type { Access } from "../server.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { workOnStack } from "../terraform/apply.ts";
import { allow } from "./decide.ts";

/** Of `terraform plan -detailed-exitcode`: it differs. */
const DIFFERS = 2;
/** How often another deploy may apply its own plan between this one's plan and its apply. */
const ATTEMPTS = 3;

/**
 * Creates the VM and what surrounds it, or mends what differs from its definition. The plan holds sensitive values, so
 * it lies in the private directory.
 *
 * @param mayReplace what may be replaced or destroyed
 * @throws ProblemsError when the plan would replace or destroy something else
 */
export async function applyServer(
  session: Session,
  { terraform }: Pick<Access, "terraform">,
  mayReplace: Guarded[],
  step: Step,
): Promise<void> {
  const saved = join(session.secrets, "server.plan");
  const work = (...command: [string, ...string[]]) =>
    workOnStack(
      terraform,
      { stack: "server", command, patience: 0, codes: [DIFFERS] },
      undefined,
      step,
    );
  step.progress("terraform apply");
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { code } = await work("plan", "-detailed-exitcode", `-out=${saved}`);
    if (code !== DIFFERS) return;
    const { stdout } = await terraform.run("server", ["show", "-json", saved]);
    allow(readPlan("server", stdout), mayReplace);
    if (await applied(work("apply", "-auto-approve", saved))) return;
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
