import { heldError } from "../held.ts";
import { ProgramError } from "../processes.ts";
import type { Step } from "../steps.ts";
import type { Vm } from "./vm.ts";

/** What a program on the VM has said. */
export interface Said {
  code: number;
  /** Its own lines, without the "onebox: " before each. */
  lines: string[];
}

/** What is asked of host/release/operate. */
export interface Operation {
  environment: string;
  action: "rollback" | "promote" | "restore" | "copy" | "load" | "cancel" | "remove";
  /** Seconds for which somebody else's work is waited for. */
  patience: number;
  by: string;
  /** The action's own arguments. Each holds only characters that need no quotes. */
  arguments?: string[];
}

/** Has the VM do what needs no new files. */
export function operate(vm: Vm, operation: Operation, step: Step): Promise<Said> {
  const { environment, action, patience, by } = operation;
  const words = ["/opt/onebox/bin/operate", environment, action, "--wait", `${patience}`];
  const command = [...words, "--by", by, ...(operation.arguments ?? [])].join(" ");
  const [kind, branch] = /^(preview)-(.*)/.exec(environment)?.slice(1) ?? [environment];
  const end = `scripts/cancel.sh ${kind}${branch === undefined ? "" : ` ${branch}`}`;
  const left =
    action === "cancel" ? undefined : `${GOES_ON}: run it again to follow it, or ${end} to end it`;
  return workOnVm(vm, command, environment, step, { left });
}

/** What is said when the command is interrupted. */
export const GOES_ON = "the VM goes on with it";

/**
 * Has the VM do something, and shows the steps that it tells of.
 *
 * @param input what the command reads
 * @param left what is said when this is interrupted
 * @throws HeldError when somebody else is at work there; ProgramError
 */
export async function workOnVm(
  vm: Vm,
  command: string,
  environment: string,
  step: Step,
  { input = new Uint8Array(), left }: { input?: Uint8Array; left?: string | undefined } = {},
): Promise<Said> {
  step.left = left;
  step.progress("asking the VM");
  const show = showSteps(step);
  const finished = await vm.run(command, { codes: "any", output: show, input });
  const lines = linesOfHost(finished.stdout + finished.stderr);
  if (finished.code === 3) throw await heldError(environment, finished.stdout, vm);
  if (finished.code !== 0) throw new ProgramError("the VM's program", finished);
  return { code: finished.code, lines };
}

/** What host/ announces, on a connection of its own or through Terraform; an app's lines never begin so. */
const announced = /^(?:null_resource\.\S+ \(remote-exec\): )?onebox: note: (.*)/;

/** Passes output on, names the steps of host/ that it tells of, and shows what it announces. */
export function showSteps(step: Step): (text: string) => void {
  let rest = "";
  return (text) => {
    step.output(text);
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, name] = /onebox: step ([a-z-]+)/.exec(line) ?? [];
      if (name !== undefined) step.progress(name);
      const [, note] = announced.exec(line) ?? [];
      if (note !== undefined) step.announce?.(note);
    }
  };
}

function linesOfHost(output: string): string[] {
  return output.split("\n").flatMap((line) => /^onebox: (.*)/.exec(line)?.slice(1) ?? []);
}
