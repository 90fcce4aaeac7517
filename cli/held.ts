import { HeldError } from "./errors.ts";
import type { Vm } from "./vm/vm.ts";

/**
 * The error of an environment, or a stack, that somebody else has locked: who, since when and how far.
 *
 * @param said what the program has said that had to leave
 * @param vm is asked where that does not tell; undefined: it knows of nobody
 * @param waits whether the command has --wait
 */
export async function heldError(
  what: string,
  said: string,
  vm: Vm | undefined,
  waits = true,
): Promise<HeldError> {
  const owner = ownerIn(said) ?? (await ownerOn(vm, what));
  const fix = waits ? "run this again later, or with --wait" : "run this again later";
  const release = owner === undefined ? releaseIn(what, said) : undefined;
  return new HeldError(
    [
      `${what} is locked: ${owner ?? stateOwnerIn(said) ?? "another deploy"}`,
      fix,
      ...(release === undefined ? [] : [`if that run was killed: ${release}`]),
    ].join("; "),
  );
}

/** As host/release/operate has told. */
export function ownerIn(said: string): string | undefined {
  return /onebox: held: (.*)/.exec(said)?.[1];
}

/** As the VM knows. */
async function ownerOn(vm: Vm | undefined, environment: string): Promise<string | undefined> {
  const owner = await vm?.holder(environment).catch(() => undefined);
  if (owner === undefined) return undefined;
  const { by, action, release, since, step } = owner;
  return `${by} runs ${action} ${release} since ${since}, at step ${step}`;
}

/** What releases the lock of a state in object storage, which outlives whoever was killed; a file's ends with its owner. */
function releaseIn(what: string, said: string): string | undefined {
  if (!/PreconditionFailed/.test(said)) return undefined;
  const [, id] = /\bID:\s+([0-9a-f-]{36})\b/.exec(said) ?? [];
  const [, path] = /Path:\s+(\S+)/.exec(said) ?? [];
  if (what.startsWith("preview-")) return path && `remove ${path}.tflock from the object storage`;
  return id && `scripts/terraform.sh ${what} force-unlock ${id}`;
}

/** As Terraform tells of the lock of its state. */
export function stateOwnerIn(said: string): string | undefined {
  const who = /Who:\s+(\S+)/.exec(said)?.[1];
  const [, day, time] = /Created:\s+(\S+) (\S+)/.exec(said) ?? [];
  return who && `${who} has locked its Terraform state since ${day}T${time}`;
}
