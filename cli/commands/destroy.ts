import type { Command } from "commander";
import type { EnvironmentName } from "../../config/schema.ts";
import { ask } from "../ask.ts";
import { leaveCloud } from "../cloud.ts";
import { FailedError, RefusedError } from "../errors.ts";
import { CloudApi } from "../hcloud/api.ts";
import { parseEnvironment, takeEnvironment, takeVerbose } from "../options.ts";
import { keepsZones } from "../project.ts";
import { noRelease } from "../release/release.ts";
import { useRelease } from "../release/serving.ts";
import { type Access, mayBeDeployed, openServer } from "../server.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import type { Step } from "../steps.ts";
import { destroyRelease, destroyServer, destroyZones } from "../terraform/destroy.ts";
import { forgetStates } from "../terraform/workspaces.ts";
import { whoWorks } from "../who.ts";

interface Options extends CommonOptions {
  data?: boolean;
  yes?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  takeVerbose(
    takeEnvironment(command, ["all"])
      .option(
        "--data",
        'delete the data too: the environment\'s directory, or with "all" the whole volume and the zones',
      )
      .option("--yes", "do not ask"),
    "Terraform's",
  )
    .addHelpText(
      "after",
      `
  stage, prod   that environment's containers, route and files; its data stays on the volume
  all           both environments, the previews, their DNS records, the VM, its address, firewall and key;
                the volume and the DNS zones stay

Exit codes: 0 done; 1 failed; 2 wrong usage or not confirmed, nothing touched; 3 somebody else has locked the state: run
it again.`,
    )
    .action((word: string | undefined, options: Options) => {
      const what = parseEnvironment(word, ["all"]);
      return withSession(invocation, options, async (session) => {
        if (!(await mayBeDeployed(session))) {
          session.print("There is nothing to destroy: nothing was deployed from this clone.");
          return;
        }
        const access = await openServer(session);
        await confirm(session, access, what, options);
        const data = options.data ?? false;
        if (what === "all") await destroyAll(session, access, data);
        else {
          await session.steps.run(what, (step) =>
            destroyEnvironment(session, access, what, { data, all: false }, step),
          );
        }
      });
    });
}

async function confirm(
  session: Session,
  { project }: Access,
  what: EnvironmentName | "all",
  { data, yes }: Options,
): Promise<void> {
  if (yes) return;
  const { name, cloud } = project.config;
  const all = what === "all" ? "stage, prod, the previews and the server" : what;
  const text = `${all} of "${name}" on ${cloud}`;
  if (!process.stdin.isTTY) {
    throw new RefusedError(`this would destroy ${text}; say --yes when nobody can be asked`);
  }
  const question = `This destroys ${text}${data ? ", with all data" : ""}.\nType "${what}" to continue: `;
  const answer = await ask(question, session.invocation.stderr);
  if (answer !== what) throw new RefusedError("not confirmed; nothing was touched");
}

async function destroyAll(session: Session, access: Access, data: boolean): Promise<void> {
  const { steps } = session;
  const { terraform, project } = access;
  for (const environment of ["stage", "prod"] as const) {
    await steps.run(environment, (step) =>
      destroyEnvironment(session, access, environment, { data, all: true }, step),
    );
  }
  const api = (token: string) => new CloudApi(project.cloud.endpoint, token);
  if (keepsZones(project)) {
    const zones = api(project.zonesToken);
    await steps.run("dns", (step) => destroyZones(terraform, zones, data, step));
  }
  await steps.run("server", (step) => destroyServer(terraform, api(project.token), data, step));
  if (project.config.previews !== undefined) {
    await steps.run("previews", (step) => forgetStates(terraform, async () => [], step));
  }
  await steps.run("cloud", (step) => leaveCloud(session, project, step));
}

async function destroyEnvironment(
  session: Session,
  access: Access,
  environment: EnvironmentName,
  { data, all }: { data: boolean; all: boolean },
  step: Step,
): Promise<void> {
  const { vm, terraform } = access;
  const { output } = step;
  step.progress("stopping its containers");
  if (vm !== undefined) {
    const command = `/opt/onebox/bin/remove ${environment}${data ? " --data" : ""}`;
    const { code } = await vm.run(command, { output, codes: "any" });
    if (code !== 0 && !all) {
      throw new FailedError(`the VM at ${vm.address} could not remove ${environment}`, {
        next: "scripts/deploy.sh mends the VM; or destroy all",
      });
    }
  }
  useRelease(session, access, environment, noRelease, { by: await whoWorks(session) });
  await destroyRelease(terraform, environment, vm, step);
}
