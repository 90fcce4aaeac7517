import { join } from "node:path";
import { FailedError } from "../errors.ts";
import { lastLine } from "../last-line.ts";
import { poll } from "../poll.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import type { Vm } from "../vm/vm.ts";
import { type Image, imageReference } from "./image.ts";
import { hostOf, type ImageRegistry } from "./registry.ts";

/** Milliseconds for which a port on the VM that another run uses is waited for. */
const PATIENCE = 120_000;

/**
 * Has the VM pull an image through SSH, from the registry on this computer, unless it has it. Images that come from
 * a repository need no help.
 */
export async function sendImage(
  session: Session,
  vm: Vm,
  { image, registry, step }: { image: Image; registry: ImageRegistry; step: Step },
): Promise<void> {
  if (!registry.isOwn) return;
  const reference = imageReference.parse(image.reference); // becomes part of a command there
  const known = await vm.run(`docker image inspect ${reference}`, { codes: "any" });
  if (known.code === 0) return;
  const own = await registry.ownAddress();
  step.progress("sending the image over SSH");
  // Its own connection: what is forwarded through one that stays open would stay too.
  const forward = ["-o", "ExitOnForwardFailure=yes", "-R", `${hostOf(registry.repository)}:${own}`];
  const config = ["-F", join(session.secrets, "ssh_config"), "-o", `HostName=${vm.address}`];
  const args = [...config, ...forward, "onebox", `docker pull ${reference}`];
  const options = { codes: "any" as const, output: step.output };
  const { code, stdout, stderr } = await poll(
    () => session.processes.run("ssh", args, options),
    (ended) => ended.code === 0 || !isPortTaken(ended.stderr),
    { within: PATIENCE, pause: 500 },
  );
  if (code === 0) return;
  const why = lastLine(`${stdout}${stderr}`);
  throw new FailedError(`the VM could not get the image over SSH: ${why}`, {
    next: "run this again",
  });
}

/** Another run may be sending an image to the VM. */
export function isPortTaken(said: string): boolean {
  return /remote port forwarding failed/.test(said);
}
