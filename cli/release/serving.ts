import { join } from "node:path";
import type { EnvironmentName } from "../../config/schema.ts";
import type { Access } from "../server.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { unlessHeld, workOnStack } from "../terraform/apply.ts";
import { newestIn } from "../vm/answers.ts";
import type { Vm } from "../vm/vm.ts";
import { writeFiles } from "./directory.ts";
import { renderReference } from "./files.ts";
import { noRelease, type Release, releaseIn, releaseVariables } from "./release.ts";

/** The release that is currently serving in an environment, or being tried in a canary. */
export async function servingRelease(
  vm: Vm | undefined,
  environment: EnvironmentName,
): Promise<Release> {
  return vm === undefined ? noRelease : releaseIn(newestIn(await vm.slots(), environment));
}

/** Has an environment's stack be about a release that the VM has: what is delivered only names it. */
export function useRelease(
  session: Session,
  { terraform }: Access,
  environment: EnvironmentName,
  release: Release,
  { by, patience = 0 }: { by: string; patience?: number },
): void {
  let files = "none";
  if (release !== noRelease) {
    // The directory's own name goes with it to the VM, where many come together.
    const own = `${environment}.${session.secrets.split(".").at(-1)}0`;
    files = join(session.secrets, "release", own);
    writeFiles(files, renderReference(release.name, by));
  }
  Object.assign(terraform.variables, releaseVariables(release, files, patience));
}

/**
 * Has Terraform's state take over a release that the VM serves; the VM finds nothing left to do. Whoever is at work there
 * meanwhile brings the state along.
 */
export async function agree(
  { terraform, vm }: Access,
  environment: EnvironmentName,
  release: Release,
  step: Step,
): Promise<void> {
  step.progress("terraform apply");
  const apply = workOnStack(
    terraform,
    { stack: environment, command: ["apply", "-auto-approve"], patience: 30 },
    vm,
    step,
  );
  step.note = (await unlessHeld(apply))
    ? `release ${release.name}`
    : "left to the deploy that is under way";
}
