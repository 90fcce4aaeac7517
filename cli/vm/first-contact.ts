import { join } from "node:path";
import { FailedError } from "../errors.ts";
import { poll } from "../poll.ts";
import type { Finished, Processes } from "../processes.ts";
import { signHostKey } from "./host-key.ts";

/** A new VM, and the way to it. */
interface NewVm {
  address: string;
  /** By which its certificate is asked for. */
  name: string;
  /** The directory with the run's keys and ssh_config. */
  secrets: string;
  run: Processes["run"];
  /** Seconds that it has for its start. */
  patience: number;
}

/** Milliseconds in which sshd, which was started again, answers. */
const RESTART = 20_000;

/** Prints the public half of a fresh key, or nothing when the VM uses one already. */
const freshKey = `set -eu
cloud-init status --wait >/dev/null 2>&1 </dev/null || true
grep -q '^HostKey /etc/ssh/onebox/' /etc/ssh/sshd_config.d/00-onebox.conf && exit 0
rm -rf /etc/ssh/onebox.new
install -d -m 0700 /etc/ssh/onebox.new
ssh-keygen -q -t ed25519 -N '' -C onebox -f /etc/ssh/onebox.new/host_key
cat /etc/ssh/onebox.new/host_key.pub
`;

/** One rename switches sshd's configuration: at every moment key and certificate belong together. */
const useKey = `
set -eu
conf=/etc/ssh/sshd_config.d/00-onebox.conf
cat >/etc/ssh/onebox.new/host_key-cert.pub
rm -rf /etc/ssh/onebox
mv /etc/ssh/onebox.new /etc/ssh/onebox
sed "s|/etc/ssh/onebox-bootstrap/|/etc/ssh/onebox/|" "$conf" >"$conf.new"
chmod 0644 "$conf.new"
mv "$conf.new" "$conf"
sshd -t
systemctl reload ssh || systemctl restart ssh
rm -rf /etc/ssh/onebox-bootstrap`;

/**
 * Waits for a new VM, has it make a host key of its own, signs that key and puts it to use. The bootstrap key, which the
 * cloud's API has seen, is gone afterwards.
 */
export async function makeFirstContact(vm: NewVm): Promise<void> {
  await waitForSsh(vm);
  const key = await askForKey(vm);
  if (key !== "") await certify(vm, key);
  // Only the new certificate is good for the address; Terraform asks for that one.
  const shown = ["-o", `HostKeyAlias=${vm.address}`, "onebox", "true"];
  const { code } = await poll(() => ssh(vm, shown), wentWell, { within: 60_000, pause: 200 });
  if (code !== 0) throw new FailedError("the VM does not show its new host key");
}

async function waitForSsh(vm: NewVm): Promise<void> {
  const { address, patience } = vm;
  const { code, stdout, stderr } = await poll(() => ssh(vm, ["onebox", "true"]), wentWell, {
    within: patience * 1000,
    pause: 500,
  });
  if (code === 0) return;
  throw new FailedError(
    `no SSH at ${address} with the expected host key after ${patience} s: ${(stdout + stderr).trim()}`,
  );
}

const wentWell = ({ code }: Finished): boolean => code === 0;

/** cloud-init may restart sshd at any moment of its first boot: the VM is asked again. */
async function askForKey(vm: NewVm): Promise<string> {
  const ask = () => ssh(vm, ["onebox", "bash", "-s"], freshKey);
  const { code, stdout, stderr } = await poll(ask, wentWell, { within: RESTART, pause: 1000 });
  if (code === 0) return stdout;
  throw new FailedError(`the VM makes no host key: ${stderr.trim()}`);
}

async function certify(vm: NewVm, key: string): Promise<void> {
  const { secrets, name, address } = vm;
  const certificate = await signHostKey(
    key,
    { directory: secrets, names: [name, address] },
    vm.run,
  );
  const { code, stderr } = await ssh(vm, ["onebox", useKey], certificate);
  if (code !== 0) throw new FailedError(`the VM does not accept its host key: ${stderr.trim()}`);
}

function ssh(
  { address, secrets, run }: NewVm,
  args: string[],
  input?: string | Uint8Array,
): Promise<Finished> {
  const to = ["-F", join(secrets, "ssh_config"), "-o", `HostName=${address}`];
  return run("ssh", [...to, ...args], { codes: "any", ...(input !== undefined && { input }) });
}
