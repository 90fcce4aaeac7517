import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../session.ts";

/** The variable that has a signer's key. */
export const SIGNING_KEY = "ONEBOX_SIGNING_KEY";

/**
 * Signs that an image was built of a commit, as host/login/signed.sh checks it.
 *
 * @param key OpenSSH private key
 * @returns the signature in base64
 */
export async function signImage(
  { secrets, processes }: Session,
  key: string,
  { image, commit }: { image: string; commit: string },
): Promise<string> {
  const directory = join(secrets, "signer");
  mkdirSync(directory, { mode: 0o700, recursive: true });
  const file = join(directory, "key");
  writeFileSync(file, key.endsWith("\n") ? key : `${key}\n`, { mode: 0o600 });
  const args = ["-q", "-Y", "sign", "-f", file, "-n", "onebox-image"];
  const { stdout } = await processes.run("ssh-keygen", args, { input: `${image} ${commit}\n` });
  return Buffer.from(stdout).toString("base64");
}
