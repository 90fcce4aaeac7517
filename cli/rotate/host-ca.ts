import { FailedError } from "../errors.ts";
import { type Patience, poll } from "../poll.ts";
import type { Processes } from "../processes.ts";
import type { Step } from "../steps.ts";
import { signHostKey } from "../vm/host-key.ts";
import type { Vm } from "../vm/vm.ts";

type Connection = Pick<Vm, "run">;

const CERTIFICATE = "/etc/ssh/onebox/host_key-cert.pub";
const use = (from: string) =>
  `set -eu; ${from}; chmod 0644 ${CERTIFICATE}.new; mv ${CERTIFICATE}.new ${CERTIFICATE}; sshd -t; systemctl reload ssh || systemctl restart ssh`;

/** sshd turns some away while it reads its settings. */
const patience: Patience = { within: 30_000, pause: 200 };

async function answered(connection: Connection): Promise<void> {
  const answers = async () => (await connection.run("true", { codes: "any" })).code === 0;
  if (!(await poll(answers, Boolean, patience))) await connection.run("true"); // says why
}

/** The certificate of the VM's host key, signed by the CA's key in `directory`. */
export async function certify(
  vm: Connection,
  of: { directory: string; names: string[] },
  processes: Processes,
): Promise<string> {
  const { stdout } = await vm.run("cat /etc/ssh/onebox/host_key.pub");
  return signHostKey(stdout, of, processes.run.bind(processes));
}

/**
 * Has the VM show a certificate of another CA; sshd has one for each key, so the change is at one moment, and
 * connections that are open go on. What cannot be kept is taken back.
 *
 * @param before trusts the old CA only, by a connection that stays open
 * @param after trusts the new one only
 * @param fresh trusts the old one only, and opens a connection of its own
 */
export async function exchangeCertificate(
  { before, after, fresh }: { before: Connection; after: Connection; fresh: Connection },
  certificate: string,
  keep: () => Promise<void>,
  step: Step,
): Promise<void> {
  step.progress("showing the new certificate");
  await before.run(`cp ${CERTIFICATE} ${CERTIFICATE}.old`);
  try {
    await before.run(use(`cat >${CERTIFICATE}.new`), { input: certificate });
    await answered(after);
    step.progress("encrypting the new key");
    await keep();
  } catch (error) {
    await before.run(use(`cp ${CERTIFICATE}.old ${CERTIFICATE}.new`), { codes: "any" });
    throw error;
  }
  await after.run(`rm -f ${CERTIFICATE}.old`);
  const { code } = await fresh.run("true", { codes: "any" });
  if (code !== 0) return;
  throw new FailedError("the VM still shows a certificate of the old CA", {
    next: "look at sshd's HostCertificate: scripts/ssh.sh",
  });
}
