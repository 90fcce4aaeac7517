import type { Command } from "commander";
import type { EnvironmentName } from "../../config/schema.ts";
import { ask } from "../ask.ts";
import { readBackupList } from "../backups/list.ts";
import { describeLoss, refuseTarget } from "../backups/loss.ts";
import { parseTarget, type Target, wordsOf } from "../backups/target.ts";
import { renderBriefPage } from "../brief-page.ts";
import { RefusedError } from "../errors.ts";
import { parseEnvironment, takeEnvironment, takeVerbose, takeWait } from "../options.ts";
import { withAftermath } from "../outcome.ts";
import type { Project } from "../project.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import { GOES_ON, operate, workOnVm } from "../vm/operate.ts";
import type { Vm } from "../vm/vm.ts";
import { whoWorks } from "../who.ts";
import { inUnit, needBackups } from "./backup.ts";

interface Options extends CommonOptions {
  to?: string;
  into?: string;
  remove?: boolean;
  yes?: boolean;
  wait?: number;
}

export function define(command: Command, invocation: Invocation): void {
  takeVerbose(
    takeWait(
      takeEnvironment(command)
        .option(
          "--to <TIME|BACKUP>",
          "restore to 2026-11-26T08:15:00Z, or to a backup (default: the newest that is stored)",
        )
        .option("--into <NAME>", "restore into a separate database beside the live one")
        .option("--remove", "with --into: remove that database")
        .option("--yes", "do not ask"),
    ),
    "pgBackRest's and Postgres'",
  )
    .addHelpText(
      "after",
      `
Visitors see the maintenance page meanwhile. The previous data are kept for a day on the VM, and serve again
automatically if the restored database does not start or the app does not become ready with it.

Exit codes: 0 done; 1 failed, the previous database serves; 2 wrong usage or not confirmed, nothing touched;
3 somebody else is at work on the environment.`,
    )
    .action((word: string | undefined, options: Options) => {
      const environment = parseEnvironment(word);
      const target = parseTarget(options.to, new Date());
      const name = options.into === undefined ? undefined : parseName(options.into);
      if (options.remove && name === undefined)
        throw new RefusedError("--remove belongs to --into");
      if (options.remove && options.to !== undefined)
        throw new RefusedError("--to does not belong to --remove");
      if (name !== undefined && options.wait !== undefined)
        throw new RefusedError("--wait does not belong to --into");
      return withSession(invocation, options, async (session) => {
        const { vm, project } = await lookAtVm(session);
        vm.shareConnection();
        if (name !== undefined && options.remove) {
          await work(session, vm, environment, `database-copy ${environment} ${name} --remove`);
          return;
        }
        await needBackups(vm, environment);
        const backups = readBackupList(await vm.backupList(environment));
        refuseTarget(target, backups);
        const words = wordsOf(target);
        if (name !== undefined) {
          await work(
            session,
            vm,
            environment,
            ["database-copy", environment, name, ...words].join(" "),
          );
          return;
        }
        await confirm(session, environment, target, options.yes ?? false);
        await restore(session, { vm, project, environment, words, patience: options.wait ?? 0 });
      });
    });
}

interface Restore {
  vm: Vm;
  project: Project;
  environment: EnvironmentName;
  words: string[];
  patience: number;
}

/** Has the VM do it. Whoever is in maintenance already stays so. */
async function restore(session: Session, { vm, project, environment, words, patience }: Restore) {
  const by = await whoWorks(session);
  const place = `/run/onebox/${environment}`;
  const page = `${place}/restore.page`;
  const shown = await vm.maintenance(environment);
  const input = renderBriefPage(
    project,
    environment,
    "We are bringing data back and will be here again soon.",
  );
  const bring =
    shown === undefined ? `install -d -m 0700 ${place} && cat >${page}` : `rm -f ${page}`;
  try {
    await session.steps.run("restore", async (step) => {
      await vm.run(bring, { input });
      const order = { environment, action: "restore", patience, by, arguments: words } as const;
      const said = await operate(vm, order, step);
      step.note = said.lines.findLast((line) => line.includes("restored")) ?? "";
    });
  } catch (error) {
    throw await withAftermath(error, environment, vm);
  }
}

async function work(session: Session, vm: Vm, environment: EnvironmentName, program: string) {
  await session.steps.run("restore", async (step) => {
    const said = await workOnVm(vm, inUnit(program), environment, step, { left: GOES_ON });
    step.note = said.lines.at(-1) ?? "";
  });
}

async function confirm(
  session: Session,
  environment: EnvironmentName,
  target: Target,
  yes: boolean,
): Promise<void> {
  const loss = describeLoss(environment, target, new Date());
  session.say(loss);
  if (yes) return;
  if (!process.stdin.isTTY) throw new RefusedError("say --yes when nobody can be asked");
  const answer = await ask(`Type "${environment}" to continue: `, session.invocation.stderr);
  if (answer !== environment) throw new RefusedError("not confirmed; nothing was touched");
}

function parseName(text: string): string {
  if (/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(text)) return text;
  throw new RefusedError("--into needs a name of 1 to 20 lower-case letters, digits and hyphens");
}
