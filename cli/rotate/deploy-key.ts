import { FailedError } from "../errors.ts";
import { lastLine } from "../last-line.ts";
import type { Step } from "../steps.ts";
import type { Vm } from "../vm/vm.ts";

type Connection = Pick<Vm, "run">;

const FILE = "/root/.ssh/authorized_keys";

/**
 * Has the VM let in another key: both are good until the new one has been tried and kept, then nothing but the new one
 * is. Keys that somebody has added by hand go too.
 *
 * @param before by the key that is let in so far
 * @param after by the new one
 * @param keep puts the new one where everybody's next run finds it
 * @returns how many keys are let in no more
 */
export async function exchangeDeployKey(
  { before, after, publicKey }: { before: Connection; after: Connection; publicKey: string },
  keep: () => Promise<void>,
  step: Step,
): Promise<number> {
  step.progress("letting the new key in");
  // Whatever the file's last line ends with; a run that was interrupted here has changed nothing for anybody.
  await before.run(`umask 077 && { echo; cat; } >>${FILE}`, { input: `${publicKey}\n` });
  await tryKey(after);
  step.progress("encrypting it");
  await keep();
  step.progress("letting the old one in no more");
  const { stdout } = await after.run(`grep -c '^[^#]' ${FILE}`);
  const replace = `set -eu; umask 077; cat >${FILE}.new; mv ${FILE}.new ${FILE}`;
  await after.run(replace, { input: `${publicKey}\n` });
  await tryKey(after);
  const { code } = await before.run("true", { codes: "any" });
  if (code === 0) {
    throw new FailedError("the VM still lets the old key in", {
      next: `look at ${FILE} and sshd's settings: scripts/ssh.sh`,
    });
  }
  return Number(stdout.trim()) - 1;
}

async function tryKey(connection: Connection): Promise<void> {
  const { code, stderr } = await connection.run("true", { codes: "any" });
  if (code === 0) return;
  const why = lastLine(stderr);
  throw new FailedError(`the VM does not let the new key in: ${why}`, {
    next: "the old one is good as before; run this again",
  });
}
