import { type Command, Option } from "commander";
import { warningsOf } from "../../config/check.ts";
import { DeployImage } from "../deploy/image.ts";
import {
  builds,
  type DeployOptions,
  type Order,
  orderOf,
  parseGuarded,
  parseShare,
  readReference,
} from "../deploy/options.ts";
import { VmSurvey } from "../deploy/survey.ts";
import { DeployWork } from "../deploy/work.ts";
import { checkHooks, hasHook } from "../hooks.ts";
import { nothingToTake } from "../image/find.ts";
import { parseEnvironment, takeEnvironment, takeVerbose, takeWait } from "../options.ts";
import { withAftermath } from "../outcome.ts";
import { refuseOwnServices } from "../release/services.ts";
import { readPass } from "../release-key/pass.ts";
import { releaseByKey } from "../release-key/release.ts";
import { mayBeDeployed, openServerOf, provide } from "../server.ts";
import { type Invocation, type Session, withSession } from "../session.ts";
import { whoWorks } from "../who.ts";

const notes = `
stage gets the image of this commit, built and pushed when the registry lacks it; prod the one that stage serves, or
with --image another one that stage has served.

Exit codes: 0 done; 1 failed, the old release serves; 2 wrong usage or configuration, nothing touched; 3 another
deploy has locked the environment. It can be interrupted and run again at any time.`;

export function define(command: Command, invocation: Invocation): void {
  const option = (flags: string, text: string, parse: Parameters<Option["argParser"]>[0]) =>
    new Option(flags, text).argParser(parse);
  takeEnvironment(command)
    .addOption(option("--image <REF>", "deploy another image, by tag or digest", readReference))
    .addOption(
      option(
        "--canary <PERCENT>",
        "give the new release only this share of the traffic (1 to 99), until scripts/promote.sh or scripts/rollback.sh ends it",
        parseShare,
      ),
    )
    .option(
      "--force-unproven",
      "with --image: deploy it although stage has never served it (prod), or no signer has signed it (stage); the history records that",
    )
    .option("--sticky", "with --canary: keep each visitor on the release that answered first")
    .addOption(
      option(
        "--may-replace <WHAT>",
        "allow the server, the address or the volume (scripts/plan.sh says which) to be replaced or destroyed; without it such a deploy is refused; may be repeated",
        parseGuarded,
      ),
    )
    .option(
      "--may-restart",
      "allow a change of server.type to switch the server off for a minute or so; without it such a deploy asks, or is refused where nobody can be asked",
    );
  command.option(
    "--from-backup",
    "on a VM that has no database of this environment yet: start with its newest backup (docs/backups.md)",
  );
  takeVerbose(takeWait(command), "Terraform's and Docker's")
    .addHelpText("after", notes)
    .action((word: string | undefined, options: DeployOptions) => {
      const order = orderOf(parseEnvironment(word), options);
      return withSession(invocation, options, (session) => deploy(session, order));
    });
}

/** Deploys, step by step. */
export async function deploy(session: Session, order: Order): Promise<void> {
  checkHooks(session.root);
  const pass = readPass(session.invocation.environment);
  if (pass !== undefined) return releaseByKey(session, order, pass);
  session.print(`Onebox deploys ${order.environment}`);
  let work: DeployWork | undefined;
  try {
    work = await open(session, order);
    await work.checkServer();
    // The hook is told of the image; and only what is built can wait.
    if (!builds(order) || hasHook(session.root, "before-deploy")) await work.takeImage();
    await work.askHook();
    await work.mendServer();
    await work.takeImage();
    await work.dns();
    await work.release();
    await work.verify();
    await work.state();
    await work.lookAtServer();
    await work.keys();
    await work.certificates();
    await work.backups();
    await work.others();
    await work.finish();
  } catch (error) {
    throw await (work?.account(error) ?? withAftermath(error, order.environment, undefined));
  }
}

/** Provides the tools, unlocks the secrets, starts the local cloud and finds the server; a build goes on meanwhile. */
async function open(session: Session, order: Order): Promise<DeployWork> {
  const { environment } = order;
  if (!builds(order) && order.reference === undefined && !(await mayBeDeployed(session)))
    throw nothingToTake(true);
  const image = new DeployImage(session, order);
  const project = await provide(session);
  for (const warning of warningsOf(project.config)) session.say(`  ! ${warning}`);
  refuseOwnServices(session.root, ["docker-compose.yml"]); // before the server is touched
  // A build that gets secrets waits until they are unlocked.
  const early = project.config.app.buildSecrets.length === 0;
  if (early) image.begin(project);
  const survey = new VmSurvey(order);
  const [by, access] = await Promise.all([
    whoWorks(session),
    openServerOf(session, project, { environment, found: (vm) => survey.ask(vm) }),
  ]);
  if (!early) image.begin(project);
  const who = order.unproven ? `${by}+unproven` : by;
  const work = new DeployWork(session, order, { image, access, survey, by: who });
  await work.beginAsking();
  return work;
}
