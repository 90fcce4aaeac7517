import { join } from "node:path";
import type { Config } from "../../config/schema.ts";
import { SecretsError } from "../secrets/error.ts";
import { type GpgRun, gpg } from "../secrets/gpg.ts";
import { hide } from "../secrets/hide.ts";
import { type Recipient, recipientsIn } from "../secrets/recipients.ts";
import type { SecretStore } from "../secrets/store.ts";

type Warn = (line: string) => void;

/**
 * Lets somebody read all secrets from now on, by a key of the caller's own keyring.
 *
 * @param who an email, or a fingerprint
 */
export async function addMember(
  who: string,
  store: SecretStore,
  config: Config,
  warn: Warn,
): Promise<string> {
  const fingerprint = await keyOf(who);
  const before = await exported(ringOf(store));
  return change(store, config, warn, before, (keyring) => copyKey(fingerprint, keyring));
}

/** Puts a key of the caller's own keyring into another one. @param keyring gpg's options for it */
export async function copyKey(fingerprint: string, keyring: string[]): Promise<GpgRun> {
  const found = await gpg(["--batch", "--armor", "--export", fingerprint]);
  return gpg([...keyring, "--batch", "--import"], found.output);
}

/**
 * The fingerprint of the one key of the caller's own keyring that is meant. gpg takes a bare email for a part of one:
 * ann@example.com would also let joann@example.com in.
 *
 * @param who an email, or a fingerprint
 * @throws SecretsError
 */
export async function keyOf(who: string): Promise<string> {
  const listed = await gpg(["--batch", "--list-keys", "--with-colons", "--", exactly(who)]);
  return onlyKeyOf(who, recipientsIn(listed.output.toString()));
}

/** How gpg is asked for exactly this email or fingerprint. */
export const exactly = (who: string): string =>
  /^([0-9A-F]{40}|[0-9A-F]{64})$/i.test(who) ? who : `<${who}>`;

/** The fingerprint of the one key that was found. @throws SecretsError where there is none, or several */
export function onlyKeyOf(who: string, [key, ...others]: Pick<Recipient, "fingerprint">[]): string {
  if (key === undefined) {
    throw new SecretsError(
      `your keyring has no key of ${who}; import it first: gpg --import FILE, and compare its fingerprint with its owner`,
    );
  }
  if (others.length === 0) return key.fingerprint;
  const all = [key, ...others].map(({ fingerprint }) => fingerprint).join(", ");
  throw new SecretsError(
    `your keyring has ${others.length + 1} keys of ${who}: ${all}; name the fingerprint that its owner tells you`,
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

/** gpg's options for the keyring of those who may read a clone's secrets. */
export const ringOf = ({ root }: Pick<SecretStore, "root">): string[] => [
  ...["--homedir", join(root, ".gitsecret/keys"), "--no-permission-warning", "--quiet"],
];
