import { lstatSync, readFileSync, rmSync, statSync } from "node:fs";
import { ConfigError } from "../../config/check.ts";
import type { Config } from "../../config/schema.ts";
import { SecretsError } from "./error.ts";
import type { Secret, SecretStore } from "./store.ts";
import { envFiles, problemsIn } from "./validate.ts";

/**
 * Encrypts the files that lie in the clone in plain text, and removes those.
 *
 * @param anew further files that are encrypted anew, for the members as they are now
 */
export async function hide(
  store: SecretStore,
  config: Config,
  anew: string[],
  warn: (line: string) => void,
): Promise<string> {
  // Also one that git-secret does not know yet: an edit that could not be taken over stays here.
  const plain = [...new Set([...store.names(), ...envFiles])]
    .filter((name) => isFile(store.path(name)))
    .map((name) => ({ name, plain: readFileSync(store.path(name)) }));
  const problems = plain.flatMap(({ name, plain }) => problemsIn(name, plain, config));
  if (problems.length > 0) throw new ConfigError(problems);
  for (const secret of plain) await refuseOlder(secret, store);
  const others: Secret[] = [];
  for (const name of anew) {
    if (!plain.some((secret) => secret.name === name))
      others.push({ name, plain: await store.decrypt(name) });
  }
  const secrets = [...plain, ...others];
  if (secrets.length === 0) return "nothing lies here in plain text";
  await store.replace(secrets);
  for (const secret of plain) {
    if (readFileSync(store.path(secret.name)).equals(secret.plain)) rmSync(store.path(secret.name));
    else warn(`${secret.name} has changed meanwhile, and stays; run this again`);
  }
  const files = secrets.map(({ name }) => `${name}.gpg`).join(" ");
  return `encrypted: ${files}; next: git add '.gitsecret*' ${files} && git commit`;
}

/** A plain text that is older than its encrypted file may be what somebody else has changed since. */
async function refuseOlder({ name, plain }: Secret, store: SecretStore): Promise<void> {
  if (!store.has(name)) return;
  const sealed = store.path(`${name}.gpg`);
  if (statSync(store.path(name)).mtimeMs >= statSync(sealed).mtimeMs) return;
  if ((await store.decrypt(name)).equals(plain)) return;
  throw new SecretsError(
    `${name} is older than ${name}.gpg and differs from it; remove it, or touch it if it is the right one`,
  );
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
