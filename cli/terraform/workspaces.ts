import { rmSync } from "node:fs";
import type { Step } from "../steps.ts";
import type { Terraform } from "./terraform.ts";

/** The previews' states: each has a workspace of the stack that all share. */
const stack = "preview";

/**
 * Initialises the stack. Terraform remembers which workspace was made last, and asks when that has gone; it forgets it
 * here.
 */
async function begin(terraform: Terraform, step: Step): Promise<void> {
  rmSync(`${terraform.dataDirectory(stack)}/environment`, { force: true });
  await terraform.init(stack, step.output);
}

/** Makes a preview's workspace, unless there is one. */
export async function makeWorkspace(terraform: Terraform, slug: string, step: Step): Promise<void> {
  const { output } = step;
  await begin(terraform, step);
  const { stdout } = await terraform.run(stack, ["workspace", "list"], { output });
  if (workspacesIn(stdout).includes(slug)) return;
  await terraform.run(stack, ["workspace", "new", slug], { output });
  await begin(terraform, step);
}

/** Removes the state of every preview but these, whatever took it down. */
export async function forgetStates(
  terraform: Terraform,
  kept: string[],
  step: Step,
): Promise<void> {
  const { output } = step;
  await begin(terraform, step);
  const { stdout } = await terraform.run(stack, ["workspace", "list"], { output });
  for (const name of workspacesIn(stdout)) {
    if (kept.includes(name)) continue;
    const command = ["workspace", "delete", "-force", name];
    // Its preview may just be put up again.
    const env = { TF_WORKSPACE: "default" };
    await terraform.run(stack, command, { output, env, codes: "any" });
  }
}

/** Reads `terraform workspace list`: all but the default one. */
export function workspacesIn(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/^[* ]*/, "").trim())
    .filter((name) => name !== "" && name !== "default");
}
