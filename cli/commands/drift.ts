import type { Command } from "commander";
import type { EnvironmentName } from "../../config/schema.ts";
import { lookAtCertificates } from "../certificates.ts";
import { ExitError, FailedError } from "../errors.ts";
import { environments } from "../options.ts";
import { plainText } from "../plain-text.ts";
import type { StackPlan } from "../plan/changes.ts";
import type { Format } from "../plan/render.ts";
import { differs, explainPlans, planStack } from "../plan-stacks.ts";
import { keepsZones } from "../project.ts";
import { releaseIn } from "../release/release.ts";
import { useRelease } from "../release/serving.ts";
import { type Access, lookThrough, needDeployed, openServer } from "../server.ts";
import { checkServer } from "../server-check/check.ts";
import { serverFindings } from "../server-check/findings.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import { newestIn, servingIn } from "../vm/answers.ts";
import { troubledDisks } from "../vm/disks.ts";
import { whoWorks } from "../who.ts";

/** Exit code: something differs. */
const DIFFERS = 4;

interface Options extends CommonOptions {
  markdown?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .option("--markdown", "print the text of an issue")
    .addHelpText(
      "after",
      "\nNothing is changed; scripts/deploy.sh puts things right. Exit codes: 0 nothing differs; 1 failed;\n2 wrong usage or configuration; 3 another deploy has not ended within 2 minutes; 4 something differs, and is printed.",
    )
    .action((options: Options) =>
      withSession(invocation, options, async (session) => {
        const format = options.markdown ? "markdown" : "text";
        const { text, found } = await lookForDrift(session, format);
        invocation.stdout.write(text);
        if (found) throw new ExitError(DIFFERS);
      }),
    );
}

/** Looks for what differs; `text` says what, also when nothing does. */
export async function lookForDrift(
  session: Session,
  format: Format,
): Promise<{ text: string; found: boolean }> {
  await needDeployed(session);
  const access = await openServer(session, { quiet: true });
  const { findings, plans, certificates } = await look(session, access);
  const parts = [
    await explainPlans(session, access.project, plans, format),
    ...list("Server", findings),
    ...list("Certificates", certificates),
  ];
  return { text: parts.join("\n"), found: differs(plans) || parts.length > 1 };
}

function list(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:\n\n${lines.join("\n")}\n`];
}

interface Look {
  /** What is wrong with the server that no plan shows: a line each. */
  findings: string[];
  plans: StackPlan[];
  /** Those that are missing or end within a week: a line each. */
  certificates: string[];
}

async function look(session: Session, access: Access): Promise<Look> {
  const { steps } = session;
  const plan = (stack: Parameters<typeof planStack>[2]) =>
    steps.quietly(stack, (step) => planStack(session, access, stack, step));
  const plans = [await plan("server")];
  const { vm, project, terraform } = access;
  const check = await steps.quietly("server", (step) => checkServer(project, terraform, step));
  const answer = await vm?.status().catch((error: unknown) => {
    if (error instanceof FailedError) return error;
    throw error;
  });
  const silence = answer instanceof Error ? plainText(answer.message) : undefined;
  const { slots, disks } = answer instanceof Error || !answer ? { slots: [], disks: [] } : answer;
  const findings = serverFindings(check, troubledDisks(disks), silence).map((line) => `- ${line}`);
  if (vm === undefined || silence !== undefined) return { findings, plans, certificates: [] };
  if (keepsZones(project)) plans.push(await plan("dns"));
  const by = await whoWorks(session);
  for (const environment of environments) {
    await steps.quietly(environment, async (step) => {
      await access.terraform.init(environment, step.output);
      // One that was never deployed differs from nothing.
      if ((await access.terraform.resources(environment)).length === 0) return;
      useRelease(session, access, environment, releaseIn(newestIn(slots, environment)), { by });
      plans.push(await planStack(session, access, environment, step));
    });
  }
  const served = environments.filter((name) => servingIn(slots, name) !== undefined);
  return { findings, plans, certificates: await badCertificates(access, vm.address, served) };
}

async function badCertificates(
  access: Access,
  address: string,
  served: EnvironmentName[],
): Promise<string[]> {
  const { project } = access;
  const via = lookThrough(access);
  if (project.config.https === undefined) return [];
  const patience = 5;
  const told = await Promise.all(
    served.map((environment) =>
      lookAtCertificates({ project, environment, address, via, patience }),
    ),
  );
  const bad = told.flat().filter(({ good }) => !good);
  return bad.map(({ line }) => plainText(line).replace(/^error: /, "- "));
}
