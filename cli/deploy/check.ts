import type { Config } from "../../config/schema.ts";
import { ask } from "../ask.ts";
import { ProblemsError, RefusedError } from "../errors.ts";
import type { Objects } from "../hcloud/objects.ts";
import type { Access } from "../server.ts";
import { checkServer, type ServerCheck } from "../server-check/check.ts";
import { lockedOut } from "../server-check/own-address.ts";
import type { Session } from "../session.ts";
import type { Survey } from "../vm/answers.ts";
import { troubledDisks } from "../vm/disks.ts";
import type { Agreed } from "./decide.ts";
import type { Order } from "./options.ts";

/**
 * Sees before anything is touched whether the server can become what is configured, and may stop for it.
 *
 * @param survey what the VM says; undefined: it does not answer, or there is none
 * @throws ProblemsError, RefusedError
 */
export async function checkBefore(
  session: Session,
  { project, terraform }: Pick<Access, "project" | "terraform">,
  { agreed }: Pick<Order, "agreed">,
  survey: Survey | undefined,
): Promise<ServerCheck> {
  const check = await session.steps.quietly("check", async (step) => {
    const found = await checkServer(project, terraform, step);
    const problems = [...found.problems, ...lockedOut(project, survey?.from ?? "")];
    if (problems.length > 0) throw new ProblemsError(problems);
    return found;
  });
  for (const warning of check.warnings) session.say(`  ! ${warning}`);
  if (!willGrow(check.objects, project.config)) needDisks(session, survey);
  await askRestart(session, agreed, check.stops);
  return check;
}

/** Whether the deploy makes room on the volume: then one that is full keeps nobody from it. */
export function willGrow(
  { volume }: Pick<Objects, "volume">,
  { server }: Pick<Config, "server">,
): boolean {
  return volume !== undefined && volume.size < server.volumeSize;
}

/**
 * Refuses when the data has no space left: nothing that was released could write. Warns of other disks.
 *
 * @param warned whether that was done before
 */
export function needDisks(
  session: Pick<Session, "say">,
  survey: Pick<Survey, "disks"> | undefined,
  { warned = false } = {},
): void {
  for (const { name, level, line } of troubledDisks(survey?.disks ?? [])) {
    if (name === "data" && level === "full") throw new RefusedError(line);
    if (!warned) session.say(`  ! ${line}`);
  }
}

/** Asks whether the server may be switched off for a change of its type, unless that was said already. */
export async function askRestart(
  session: Pick<Session, "invocation">,
  agreed: Agreed,
  stops: string | undefined,
): Promise<void> {
  if (stops === undefined || agreed.mayRestart) return;
  if (!process.stdin.isTTY) {
    const why = "Refused, because nobody can be asked; to go on, add: --may-restart";
    throw new ProblemsError([stops, why]);
  }
  const answer = await ask(`${stops}\nType "yes" to continue: `, session.invocation.stderr);
  if (answer !== "yes") throw new RefusedError("not confirmed; nothing was touched");
  agreed.mayRestart = true;
}
