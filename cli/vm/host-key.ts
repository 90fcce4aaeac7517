import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { checkAnswer } from "../answer.ts";
import { FailedError } from "../errors.ts";
import type { Processes } from "../processes.ts";

const schema = z.string().regex(/^ssh-ed25519 [A-Za-z0-9+/=]+( [\w.@-]*)?$/, "is no host key");

/**
 * Signs what a VM says is its host key, by the CA's key in `directory`.
 *
 * @param key in OpenSSH's form, on a line
 * @param names that the certificate is good for; the first one is also its own
 * @returns the certificate
 * @throws FailedError
 */
export async function signHostKey(
  key: string,
  { directory, names }: { directory: string; names: string[] },
  run: Processes["run"],
): Promise<string> {
  const file = join(directory, "vm.pub");
  writeFileSync(file, `${checkAnswer("the VM's host key", key.trim(), schema)}\n`, { mode: 0o600 });
  const signer = ["-q", "-s", join(directory, "ca_key"), "-h", "-I", names[0] ?? ""];
  await run("ssh-keygen", [...signer, "-n", names.join(","), file]);
  const certificate = join(directory, "vm-cert.pub");
  if (!existsSync(certificate)) throw new FailedError("ssh-keygen has made no certificate");
  return readFileSync(certificate, "utf8");
}
