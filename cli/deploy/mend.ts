import type { Begun } from "../begun.ts";
import { ProgramError } from "../processes.ts";
import type { Access } from "../server.ts";
import { adopt } from "../server-check/adopt.ts";
import type { ServerCheck } from "../server-check/check.ts";
import { lookInstalled, replacementsFor } from "../server-check/installed.ts";
import { type Deed, makeReachable, untilAnswers } from "../server-check/reach.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import type { Agreed } from "./decide.ts";
import { applyServer } from "./server.ts";

interface Mending {
  agreed: Agreed;
  begun: Begun<boolean> | undefined;
  /** undefined: the server is sound, and only looked at. */
  check: ServerCheck | undefined;
}

/**
 * Makes the server what it is defined to be: what Terraform's state lacks is taken over, a server that is off or without
 * its address is mended, one that was rebuilt is installed again; then Terraform does the rest.
 *
 * @returns what was mended, in words
 */
export async function mendAndApply(
  session: Session,
  access: Access,
  { agreed, begun, check }: Mending,
  step: Step,
): Promise<string[]> {
  const done: string[] = [];
  const note = (deeds: Deed[]) => done.push(...deeds.map((deed) => words[deed]));
  let replace: string[] = [];
  if (check !== undefined) {
    await adopt(access.terraform, check.missing, step);
    if (check.missing.length > 0) done.push("taken over into Terraform's state");
    note(await makeReachable(session, access, step));
    step.progress("asking the VM");
    const installed = access.vm && (await lookInstalled(access.vm));
    replace = replacementsFor(installed);
    if (installed === "nothing") done.push("installed again after it was rebuilt");
  }
  const apply = (plan?: Begun<boolean>) =>
    applyServer(session, access, { agreed, begun: plan, replace }, step);
  try {
    const changed = await apply(begun);
    if (changed) await makeReachable(session, access, step);
    // A change of the type starts it anew, and it is asked next.
    if (changed && access.vm !== undefined) {
      await untilAnswers(session, access.project, access.vm.address, step);
    }
  } catch (error) {
    // Terraform's provider switches a server off to change its type, and leaves it off when that fails.
    const deeds = await makeReachable(session, access, step).catch((): Deed[] => []);
    note(deeds);
    // Where the type was changed, only what runs on the server could not be done.
    if (!deeds.includes("start") || !isOfServersOwn(error)) throw error;
    await apply();
  }
  return done;
}

/** Whether what failed was not Hetzner's doing, but what Terraform runs on the server afterwards. */
export function isOfServersOwn(error: unknown): boolean {
  if (!(error instanceof ProgramError)) return false;
  const { stdout, stderr } = error.finished;
  return /with null_resource\./.test(stdout + stderr);
}

const words: Record<Deed, string> = {
  stop: "stopped",
  assign: "address assigned",
  start: "started",
};
