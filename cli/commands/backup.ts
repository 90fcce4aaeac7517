import type { Command } from "commander";
import type { EnvironmentName } from "../../config/schema.ts";
import { describeBackups, problemsOf } from "../backups/health.ts";
import { readBackupList, renderBackupList } from "../backups/list.ts";
import { openOwnersBucket } from "../backups/owner.ts";
import { parseTime } from "../backups/target.ts";
import { ExitError, RefusedError } from "../errors.ts";
import { parseTask, takeVerbose } from "../options.ts";
import { loadProject } from "../project.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import { GOES_ON, workOnVm } from "../vm/operate.ts";
import type { Vm } from "../vm/vm.ts";

const actions = ["now", "list", "drill", "prune", "undelete"] as const;

interface Options extends CommonOptions {
  full?: boolean;
  login?: string;
  since?: string;
}

export function define(command: Command, invocation: Invocation): void {
  takeVerbose(
    command
      .usage("now|list|drill|prune|undelete stage|prod [options]")
      .argument("[action]", actions.join(", "))
      .argument("[environment]", "stage or prod")
      .option(
        "--full",
        "with now: back up everything, not only what has changed since the last backup",
      )
      .option("--login <FILE>", "with prune and undelete: the login of the bucket's owner")
      .option("--since <TIME>", "with undelete: since when, such as 2026-11-26T08:15:00Z"),
    "pgBackRest's",
  )
    .addHelpText(
      "after",
      `
  now       backs up the database, in addition to what the timers do each night
  list      shows what the storage holds
  drill     restores the newest backup into a temporary database, and checks what it holds
  prune     removes for good what was replaced or removed in the bucket more than backups.keep.days ago
  undelete  brings back what was replaced or removed in the bucket since a moment

The VM's login cannot remove a version of an object. FILE holds another login, as BACKUP_ACCESS_KEY and
BACKUP_SECRET_KEY, and is best kept outside the repository; the local cloud's is .onebox/cloud/objects/owner.env.

Exit codes: 0 done; 1 failed, or the drill found a problem; 2 wrong usage or configuration.`,
    )
    .action((first: string | undefined, second: string | undefined, options: Options) => {
      const { action, environment } = parseTask([first, second], actions);
      const since = readOptions(action, options);
      return withSession(invocation, options, async (session) => {
        if (action === "prune" || action === "undelete") {
          const project = await loadProject(session.root, session.configFile);
          const bucket = openOwnersBucket(project, options.login);
          await session.steps.run(action, (step) =>
            since === undefined
              ? bucket.prune(environment, new Date(), step)
              : bucket.undelete(environment, since, step),
          );
          return;
        }
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
          const said = await workOnVm(vm, inUnit(work), environment, step, { left: GOES_ON });
          step.note = said.lines.at(-1) ?? "";
        });
        await tell(session, vm, environment);
      });
    });
}

/**
 * Checks which option goes with what.
 *
 * @returns the moment of undelete
 */
function readOptions(action: (typeof actions)[number], { full, login, since }: Options) {
  const owners = action === "prune" || action === "undelete";
  if (full && action !== "now") throw new RefusedError("--full belongs to now");
  if (login !== undefined && !owners)
    throw new RefusedError("--login belongs to prune and undelete");
  if ((since !== undefined) !== (action === "undelete"))
    throw new RefusedError(since ? "--since belongs to undelete" : "undelete needs --since");
  return since === undefined ? undefined : parseTime(since, "--since", new Date());
}

/** A program of the VM's that goes on when the connection drops: nobody hears it then, and it may still say something. */
export function inUnit(work: string): string {
  const heard = `bash -o pipefail -c '"$@" 2>&1 | { cat || cat >/dev/null; }' onebox`;
  return `systemd-run --quiet --collect --wait --pipe --service-type=exec ${heard} /opt/onebox/bin/${work} 2>&1`;
}

/** @throws RefusedError where there are none */
export async function needBackups(vm: Vm, environment: EnvironmentName): Promise<void> {
  if ((await vm.backups(environment)) !== undefined) return;
  throw new RefusedError(
    `${environment} has no backups: give onebox.config.ts a \`backups\` section, in the local cloud one without \`local: false\`, and deploy it (docs/backups.md)`,
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
