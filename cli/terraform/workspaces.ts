import { rmSync } from "node:fs";
import type { Step } from "../steps.ts";
import type { Terraform } from "./terraform.ts";

/** The previews' states: each has a workspace of the stack that all share. */
const stack = "preview";

/**
 * Initialises the stack. A preview's workspace is named with each command, which makes it where there is none.
 * Terraform asks when the one has gone that it remembers itself, so it remembers none.
 */
export async function initPreviews(terraform: Terraform, step: Step): Promise<void> {
  rmSync(`${terraform.dataDirectory(stack)}/environment`, { force: true });
  await terraform.init(stack, step.output);
}

/**
 * Removes the state of every preview that is no more, whatever took it down. One that is being put up holds the lock
 * of its state until `there` tells of it; if it begins just then, it makes its state anew.
 *
 * @param there tells which previews there are; it is asked after the states
 */
export async function forgetStates(
  terraform: Terraform,
  there: () => Promise<string[]>,
  step: Step,
): Promise<void> {
  const { output } = step;
  await initPreviews(terraform, step);
  const { stdout } = await terraform.run(stack, ["workspace", "list"], { output });
  const states = workspacesIn(stdout);
  const kept = states.length === 0 ? [] : await there();
  for (const name of states.filter((state) => !kept.includes(state))) {
    const command = ["workspace", "delete", "-force", name];
    const env = { TF_WORKSPACE: "default" };
    await terraform.run(stack, command, { output, env, codes: "any" }); // it may be locked
  }
}

/** Reads `terraform workspace list`: all but the default one. */
export function workspacesIn(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/^[* ]*/, "").trim())
    .filter((name) => name !== "" && name !== "default");
}
