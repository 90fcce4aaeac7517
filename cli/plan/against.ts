import { cpSync } from "node:fs";
import { join } from "node:path";
import { ProblemsError, RefusedError } from "../errors.ts";
import { Git } from "../git/git.ts";
import { treeOf } from "../git/tree.ts";
import { CloudApi } from "../hcloud/api.ts";
import { explainPlans, planStack } from "../plan-stacks.ts";
import { askOffer } from "../server-check/offer.ts";
import { wrongWithPlanned } from "../server-check/planned.ts";
import type { Session } from "../session.ts";
import { setUp } from "../set-up.ts";
import { workOnStack } from "../terraform/apply.ts";
import type { StackPlan } from "./changes.ts";
import { startEmptyCloud } from "./empty-cloud.ts";
import type { Format } from "./render.ts";
import { makeTrial, writeMadeUpSecrets } from "./trial.ts";

const stacks = ["server", "stage", "prod"] as const;

/**
 * Says what the checked out commit would change if another one were in place: in a cloud of its own without machines,
 * Terraform applies that commit's stacks and then plans this one's. Needs no secret and no server.
 *
 * @throws RefusedError when git has no such commit; ProblemsError when a planned server cannot be ordered
 */
export async function planAgainst(
  session: Session,
  revision: string,
  format: Format,
): Promise<string> {
  await setUp(session, true, { cloud: "hetzner" });
  const { root, processes, steps, scratch } = session;
  const git = new Git(root, processes);
  const [base, head] = [await treeOf(git, revision), await treeOf(git, "HEAD")];
  if (base === undefined || head === undefined) {
    throw new RefusedError(`--against ${revision}: there is no such commit here`);
  }
  writeMadeUpSecrets(join(scratch, "secrets"));
  const cloud = await steps.quietly("cloud", (step) => startEmptyCloud(session, step));
  const trial = (name: string, tree: string) =>
    steps.quietly("synth", (step) => makeTrial(session, { git, name, tree, cloud }, step));
  const [before, after] = [await trial("base", base.tree), await trial("head", head.tree)];
  await steps.quietly("base", async (step) => {
    for (const stack of stacks) {
      step.progress(`terraform apply (${stack})`);
      const work = { stack, command: ["apply", "-auto-approve"] as [string, string], patience: 0 };
      await workOnStack(before.terraform, work, undefined, step);
    }
  });
  const state = ".onebox/state";
  cpSync(join(before.directory, state), join(after.directory, state), { recursive: true });
  const plans = await steps.quietly("plan", async (step) => {
    const found: StackPlan[] = [];
    for (const stack of stacks) {
      step.progress(`terraform plan (${stack})`);
      found.push(await planStack(session, { ...after, vm: undefined }, stack, step));
    }
    return found;
  });
  const problems = wrongWithPlanned(
    plans,
    await askOffer(new CloudApi(cloud.endpoint, cloud.token)),
  );
  if (problems.length > 0) throw new ProblemsError(problems);
  return explainPlans(session, { cloud, token: cloud.token }, plans, format);
}
