import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Processes } from "../processes.ts";

/** The files that a run's SSH keys lie in, by what .env calls them. */
const files = { DEPLOY_KEY: "deploy_key", HOST_CA_KEY: "ca_key" } as const;
export type SshKey = keyof typeof files;

/** A key that is to take another's place. */
interface NewKey {
  /** A private directory like the run's own, with the new key in the place of the old one. */
  directory: string;
  /** For .env. */
  value: string;
}

/** Makes a key, and a directory in which it has the old one's place. */
export async function makeKey(key: SshKey, secrets: string, processes: Processes): Promise<NewKey> {
  const directory = join(secrets, `new-${files[key]}`);
  mkdirSync(directory, { mode: 0o700 });
  for (const file of Object.values(files)) {
    if (file !== files[key]) copyFileSync(join(secrets, file), join(directory, file));
  }
  const made = join(directory, files[key]);
  await processes.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "onebox", "-f", made]);
  return { directory, value: readFileSync(made).toString("base64") };
}
