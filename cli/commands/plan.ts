import type { Command } from "commander";
import { warningsOf } from "../../config/check.ts";
import type { EnvironmentName } from "../../config/schema.ts";
import { ProblemsError, RefusedError } from "../errors.ts";
import { parseEnvironment } from "../options.ts";
import { planAgainst } from "../plan/against.ts";
import type { StackPlan } from "../plan/changes.ts";
import { openEmpty } from "../plan/empty.ts";
import { explainPlans, planStack } from "../plan-stacks.ts";
import { keepsZones } from "../project.ts";
import { standing } from "../release/environment.ts";
import { prepareRelease } from "../release/prepare.ts";
import { noRelease } from "../release/release.ts";
import { servingRelease, useRelease } from "../release/serving.ts";
import { unlockEnvironment } from "../secrets/unlocked.ts";
import { type Access, mayBeDeployed, openServer } from "../server.ts";
import { checkServer } from "../server-check/check.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import type { Step } from "../steps.ts";
import { whoWorks } from "../who.ts";

type Planned = "server" | EnvironmentName;

interface Options extends CommonOptions {
  markdown?: boolean;
  against?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("[server|stage|prod] [options]")
    .argument("[stack...]", "without one, all of them; the DNS zones come with the server")
    .option(
      "--against <COMMIT>",
      "show what HEAD would change if COMMIT were deployed, tried in an empty cloud on this computer; needs neither secrets nor a server",
    )
    .option("--markdown", "print a comment or a job summary")
    .addHelpText(
      "after",
      "\nNothing is changed. A deploy refuses to replace or destroy the server, its address or the volume, or to\nswitch the server off; the plan says what would confirm it. Exit codes: 0 done; 1 failed; 2 wrong usage or\nconfiguration; 3 another deploy has not ended within 2 minutes.",
    )
    .action((words: string[], options: Options) => {
      const named = words.map((word): Planned => parseEnvironment(word, ["server"]));
      if (options.against !== undefined && named.length > 0)
        throw new RefusedError(`--against is about all stacks; "${named[0]}" is one too many`);
      const stacks: Planned[] = named.length > 0 ? named : ["server", "stage", "prod"];
      return withSession(invocation, options, async (session) => {
        const format = options.markdown ? "markdown" : "text";
        if (options.against !== undefined) {
          invocation.stdout.write(await planAgainst(session, options.against, format));
          return;
        }
        const access = await open(session, stacks);
        const plans: StackPlan[] = [];
        for (const stack of stacks) {
          plans.push(
            ...(await session.steps.quietly("plan", (step) =>
              stack === "server"
                ? planServer(session, access, step)
                : planEnvironment(session, access, stack, step),
            )),
          );
        }
        if (plans.length === 0) throw nothingToCompare();
        invocation.stdout.write(await explainPlans(session, access.project, plans, format));
      });
    });
}

const nothingToCompare = () =>
  new RefusedError(
    "there is no server yet, so there is nothing to compare with; see scripts/plan.sh server",
  );

/** Opens the way to the server. Before anything was deployed, an empty cloud that ends with the run tells the prices. */
async function open(session: Session, stacks: Planned[]): Promise<Access> {
  if (await mayBeDeployed(session)) return openServer(session, { quiet: true });
  if (!stacks.includes("server")) throw nothingToCompare();
  return openEmpty(session);
}

/** What a deploy would refuse is refused here too, with the same words. */
async function planServer(session: Session, access: Access, step: Step): Promise<StackPlan[]> {
  const { problems, warnings } = await checkServer(access.project, access.terraform, step);
  if (problems.length > 0) throw new ProblemsError(problems);
  for (const warning of [...warningsOf(access.project.config), ...warnings])
    session.say(`  ! ${warning}`);
  const plans = [await planStack(session, access, "server", step)];
  if (access.vm !== undefined && keepsZones(access.project)) {
    plans.push(await planStack(session, access, "dns", step));
  }
  return plans;
}

/** As the next deploy of the image that it serves would name the release. */
async function planEnvironment(
  session: Session,
  access: Access,
  environment: EnvironmentName,
  step: Step,
): Promise<StackPlan[]> {
  await unlockEnvironment(session, access.project, environment);
  if (access.vm === undefined) return [];
  const serving = await servingRelease(access.vm, environment);
  const by = await whoWorks(session);
  if (serving === noRelease) useRelease(session, access, environment, serving, { by });
  else {
    const { config, cloud } = access.project;
    prepareRelease(session, access, standing(config, cloud, environment), serving, { by });
  }
  return [await planStack(session, access, environment, step)];
}
