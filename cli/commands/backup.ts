import type { Command } from "commander";
import type { EnvironmentName } from "../../config/schema.ts";
import { describeBackups, problemsOf } from "../backups/health.ts";
import { readBackupList, renderBackupList } from "../backups/list.ts";
import { ExitError, RefusedError } from "../errors.ts";
import { parseTask, takeVerbose } from "../options.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import { workOnVm } from "../vm/operate.ts";
import type { Vm } from "../vm/vm.ts";

const actions = ["now", "list", "drill"] as const;

interface Options extends CommonOptions {
  full?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  takeVerbose(
    command
      .usage("now|list|drill stage|prod [options]")
      .argument("[action]", actions.join(", "))
      .argument("[environment]", "stage or prod")
      .option("--full", "with now: back up all of it, not what has changed since the last backup"),
    "pgBackRest's",
  )
    .addHelpText(
      "after",
      `
  now     backs the database up, beside what the timers do each night
  list    shows what the storage holds
  drill   restores the newest backup into a throw-away database, and checks what it holds

Exit codes: 0 done; 1 failed, or the drill has found something; 2 wrong usage or configuration.`,
    )
    .action((first: string | undefined, second: string | undefined, options: Options) => {
      const { action, environment } = parseTask([first, second], actions);
      if (options.full && action !== "now") throw new RefusedError("--full belongs to now");
      return withSession(invocation, options, async (session) => {
        const { vm } = await lookAtVm(session);
        vm.shareConnection();
        await needBackups(vm, environment);
        if (action === "list") {
          const backups = readBackupList(await vm.backupList(environment));
          session.print(renderBackupList(backups, new Date()));
          return;
        }
        const work =
          action === "drill"
            ? `drill ${environment}`
            : `backup ${environment} ${options.full ? "full" : "incr"}`;
        await session.steps.run(action === "drill" ? "drill" : "backup", async (step) => {
          const said = await workOnVm(vm, inUnit(work), environment, step);
          step.note = said.lines.at(-1) ?? "";
        });
        await tell(session, vm, environment);
      });
    });
}

/** A program of the VM's that goes on when the connection drops. */
export function inUnit(work: string): string {
  return `systemd-run --quiet --collect --wait --pipe --service-type=exec /opt/onebox/bin/${work} 2>&1`;
}

/** @throws RefusedError where there are none */
export async function needBackups(vm: Vm, environment: EnvironmentName): Promise<void> {
  if ((await vm.backups(environment)) !== undefined) return;
  throw new RefusedError(
    `${environment} has no backups: put \`backups\` into onebox.config.ts and deploy it (docs/backups.md)`,
  );
}

/** Says how the backups are now. What is wrong with them is the command's failure. */
async function tell(session: Session, vm: Vm, environment: EnvironmentName): Promise<void> {
  const state = await vm.backups(environment);
  if (state === undefined) return;
  const now = new Date();
  session.print(describeBackups(state, now));
  const problems = problemsOf(state, now);
  for (const problem of problems) session.say(`  ! ${environment}: ${problem}`);
  if (problems.length > 0) throw new ExitError(1);
}
