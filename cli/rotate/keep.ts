import type { Config } from "../../config/schema.ts";
import { RefusedError } from "../errors.ts";
import { SecretsError } from "../secrets/error.ts";
import { practiceKeyring } from "../secrets/private-directory.ts";
import { SecretStore } from "../secrets/store.ts";
import type { Session } from "../session.ts";
import { withValue } from "./env-value.ts";

type Place = Pick<Session, "root" | "secrets">;

/**
 * Changes the text of one file of secrets.
 *
 * @throws RefusedError when it cannot be decrypted or encrypted
 */
export async function keepText(
  place: Place,
  name: string,
  change: (text: string) => string,
): Promise<void> {
  await withStore(place, async (store) => {
    const changed = change((await store.decrypt(name)).toString());
    await store.replace([{ name, plain: Buffer.from(changed) }]);
  });
}

/** @throws RefusedError when one of these files of secrets cannot be decrypted */
export async function needReadable(place: Place, names: string[]): Promise<void> {
  await withStore(place, async (store) => {
    for (const name of names) await store.decrypt(name);
  });
}

async function withStore(
  { root, secrets }: Place,
  work: (store: SecretStore) => Promise<void>,
): Promise<void> {
  try {
    await work(new SecretStore(root, await practiceKeyring(root, secrets)));
  } catch (error) {
    if (error instanceof SecretsError) throw new RefusedError(error.message, { cause: error });
    throw error;
  }
}

/** Puts a value into .env.gpg. */
export function keepValue(
  place: Place,
  { config }: { config: Config },
  key: string,
  value: string,
): Promise<void> {
  return keepText(place, ".env", (text) => withValue(text, key, value, config.app.buildSecrets));
}
