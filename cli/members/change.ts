import type { Config } from "../../config/schema.ts";
import { SecretsError } from "../secrets/error.ts";
import { type GpgRun, gpg } from "../secrets/gpg.ts";
import { hide } from "../secrets/hide.ts";
import { type Recipient, recipientsIn } from "../secrets/recipients.ts";
import { rememberSets, type SecretSet, setsOf } from "../secrets/sets.ts";
import type { SecretStore } from "../secrets/store.ts";
import type { Session } from "../session.ts";

/** The command's session, as far as it is needed here. */
type Close = Pick<Session, "say" | "onClose">;

/**
 * Lets somebody read these files from now on, by a key of the caller's own keyring.
 *
 * @param who an email, or a fingerprint
 */
export async function addMember(
  who: string,
  files: string[],
  store: SecretStore,
  config: Config,
  session: Close,
): Promise<string> {
  const fingerprint = await keyOf(who);
  return changeReaders(store, config, files, session, ({ keyring }) =>
    copyKey(fingerprint, keyring),
  );
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

/** Encrypts these files for all but this member. What they have read so far they know. */
export async function removeMember(
  fingerprint: string,
  files: string[],
  store: SecretStore,
  config: Config,
  session: Close,
): Promise<string> {
  const args = ["--batch", "--yes", "--delete-keys", fingerprint];
  return changeReaders(store, config, files, session, async (set) => {
    const reads = (await set.recipients()).some((one) => one.fingerprint === fingerprint);
    return reads ? gpg([...set.keyring, ...args]) : undefined;
  });
}

/**
 * Changes who shall read these files and encrypts them anew; when that fails, or is interrupted, all is as before.
 *
 * @param work changes a keyring; undefined: there was nothing to change
 */
export async function changeReaders(
  store: SecretStore,
  config: Config,
  files: string[],
  session: Close,
  work: (set: SecretSet) => Promise<GpgRun | undefined>,
): Promise<string> {
  const undo = rememberSets(store.root);
  let done = false;
  session.onClose(() => {
    if (!done) undo();
  });
  try {
    for (const set of await setsOf(store.root, files)) {
      const run = await work(set);
      if (run !== undefined && run.code !== 0)
        throw new SecretsError(`gpg could not change ${set.name}/keys: ${run.errors.trim()}`);
    }
    const said = await hide(store, config, files, (line) => session.say(line));
    done = true;
    return said;
  } catch (error) {
    undo();
    throw error;
  }
}
