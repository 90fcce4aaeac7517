import type { Command } from "commander";
import { warningsOf } from "../../config/check.ts";
import { backupStatus, renderBackups } from "../backups/health.ts";
import { hostNames, schemeOf } from "../project.ts";
import { lookAtServer } from "../server.ts";
import { explained } from "../server-check/silence.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";
import type { Backups } from "../vm/answers.ts";
import { troubledDisks } from "../vm/disks.ts";
import { type EnvironmentStatus, renderStatus, statusOf } from "../vm/status.ts";

interface Options extends CommonOptions {
  json?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .option(
      "--json",
      "for machines: a list of environment, url, address, image, release, commit, digest, state, health, problems, since (RFC 3339), canary, standby, backups",
    )
    .action((options: Options) =>
      withSession(invocation, options, async (session) => {
        const access = await lookAtServer(session);
        const { project, vm } = access;
        const { slots, disks, backups } =
          vm === undefined
            ? { slots: [], disks: [], backups: [] }
            : await explained(access, vm.status());
        const rows = statusOf(slots, {
          address: vm?.address ?? "",
          disks: troubledDisks(disks),
          scheme: schemeOf(project),
          hosts: { stage: hostNames(project, "stage")[0], prod: hostNames(project, "prod")[0] },
        });
        for (const warning of warningsOf(project.config)) session.say(`  ! ${warning}`);
        const now = new Date();
        if (options.json) {
          session.printJson(rows.map((row) => ({ ...row, ...backupsOf(backups, row, now) })));
          return;
        }
        session.print(renderStatus(rows, now));
        if (backups.length > 0) session.print(`\n${renderBackups(backups, now)}`);
      }),
    );
}

/** The field of an environment that has backups. */
function backupsOf(all: Backups[], { environment }: EnvironmentStatus, now: Date): object {
  const state = all.find((each) => each.environment === environment);
  return state === undefined ? {} : { backups: backupStatus(state, now) };
}
