import { join } from "node:path";
import type { Config } from "../../config/schema.ts";
import { SecretsError } from "../secrets/error.ts";
import { gpg } from "../secrets/gpg.ts";
import { hide } from "../secrets/hide.ts";
import type { SecretStore } from "../secrets/store.ts";

type Warn = (line: string) => void;

/** Lets somebody read all secrets from now on, by a key of the caller's own keyring. */
export async function addMember(
  email: string,
  store: SecretStore,
  config: Config,
  warn: Warn,
): Promise<string> {
  const found = await gpg(["--batch", "--armor", "--export", "--", email]);
  if (found.output.length === 0) {
    throw new SecretsError(
      `your keyring has no key of ${email}; import it first: gpg --import FILE, and compare its fingerprint with its owner`,
    );
  }
  const before = await exported(ringOf(store));
  return change(store, config, warn, before, (keyring) =>
    gpg([...keyring, "--batch", "--import"], found.output),
  );
}

/** Encrypts everything for all but this member. What they have read so far they know. */
export async function removeMember(
  fingerprint: string,
  store: SecretStore,
  config: Config,
  warn: Warn,
): Promise<string> {
  const before = await exported(ringOf(store));
  return change(store, config, warn, before, (keyring) =>
    gpg([...keyring, "--batch", "--yes", "--delete-keys", fingerprint]),
  );
}

/** Changes the keyring and encrypts all anew; when that fails the keyring is as before. */
async function change(
  store: SecretStore,
  config: Config,
  warn: Warn,
  before: Buffer,
  work: (keyring: string[]) => ReturnType<typeof gpg>,
): Promise<string> {
  const keyring = ringOf(store);
  const { code, errors } = await work(keyring);
  if (code !== 0) throw new SecretsError(`gpg could not change .gitsecret/keys: ${errors.trim()}`);
  try {
    return await hide(store, config, true, warn);
  } catch (error) {
    for (const { fingerprint } of await store.recipients()) {
      await gpg([...keyring, "--batch", "--yes", "--delete-keys", fingerprint]);
    }
    await gpg([...keyring, "--batch", "--import"], before);
    throw error;
  }
}

async function exported(keyring: string[]): Promise<Buffer> {
  return (await gpg([...keyring, "--batch", "--export"])).output;
}

const ringOf = (store: SecretStore): string[] => [
  ...["--homedir", join(store.root, ".gitsecret/keys"), "--no-permission-warning", "--quiet"],
];
