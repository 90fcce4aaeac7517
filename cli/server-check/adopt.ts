import type { Missing } from "../hcloud/objects.ts";
import { ProgramError } from "../processes.ts";
import type { Step } from "../steps.ts";
import { workOnStack } from "../terraform/apply.ts";
import type { Terraform } from "../terraform/terraform.ts";

/** Has Terraform's state take over what is there but not in it. */
export async function adopt(terraform: Terraform, missing: Missing[], step: Step): Promise<void> {
  for (const { kind, place, id } of missing) {
    step.progress(`taking the ${kind} over into Terraform's state`);
    try {
      const command: [string, ...string[]] = ["import", place, `${id}`];
      await workOnStack(terraform, { stack: "server", command, patience: 0 }, undefined, step);
    } catch (error) {
      // Whoever made it meanwhile has written it down by now.
      const { stdout = "", stderr = "" } = error instanceof ProgramError ? error.finished : {};
      if (!/already managed by Terraform/.test(stdout + stderr)) throw error;
    }
  }
}
