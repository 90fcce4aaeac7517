import { HeldError } from "../errors.ts";
import { heldError } from "../held.ts";
import { ProgramError } from "../processes.ts";
import type { Step } from "../steps.ts";
import { showSteps } from "../vm/operate.ts";
import type { Vm } from "../vm/vm.ts";
import type { StackName, Terraform } from "./terraform.ts";

/** A command of Terraform's that changes a stack, or asks what would change. */
export interface Work {
  stack: StackName;
  /** Such as "apply", with what it is given. */
  command: [string, ...string[]];
  /** Seconds for which somebody else's work is waited for. */
  patience: number;
  /** Whether its command has --wait; without it, true. */
  waits?: boolean;
  /** What it may end with besides 0, without having failed. */
  codes?: number[];
  /** Whose state it is, where the stack has many: a preview's. */
  workspace?: Workspace;
}

/** A preview's state. */
interface Workspace {
  slug: string;
  /** As the VM calls it. */
  environment: string;
}

/** Both environments share the server: a deploy of the other one is waited for. */
const SERVER_PATIENCE = 120;

/**
 * Initialises a stack and runs a command on it. Returns its exit code and what it said.
 *
 * @throws HeldError when somebody else has locked the state, or the environment on the VM
 */
export async function workOnStack(
  terraform: Terraform,
  work: Work,
  vm: Vm | undefined,
  step: Step,
): Promise<{ code: number; said: string }> {
  const { stack, patience, waits, codes = [], workspace } = work;
  const [command, ...args] = work.command;
  await terraform.init(stack, step.output);
  const seconds = stack === "server" ? SERVER_PATIENCE : patience;
  const all = [command, "-no-color", `-lock-timeout=${seconds}s`, ...args];
  const finished = await terraform.run(stack, all, {
    ...{ codes: "any", output: showSteps(step) },
    // Whichever Terraform has last been told to use.
    ...(workspace && { env: { TF_WORKSPACE: workspace.slug } }),
  });
  const said = finished.stdout + finished.stderr;
  if (finished.code === 0 || codes.includes(finished.code)) return { code: finished.code, said };
  if (/Error acquiring the state lock|onebox: held:/.test(said)) {
    const what = workspace?.environment ?? stack;
    throw await heldError(what, said, stack === "server" ? undefined : vm, waits);
  }
  throw new ProgramError("terraform", finished);
}

/** Runs work that somebody else may be doing already; whether it was done here. */
export async function unlessHeld(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof HeldError) return false;
    throw error;
  }
}
