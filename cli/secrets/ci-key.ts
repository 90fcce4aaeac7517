import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../config/check.ts";
import type { Config } from "../../config/schema.ts";
import { FailedError, RefusedError } from "../errors.ts";
import { changeReaders } from "../members/change.ts";
import type { Session } from "../session.ts";
import { SecretsError } from "./error.ts";
import { gpg } from "./gpg.ts";
import { PRACTICE_FILE } from "./private-directory.ts";
import { lastOfGpg } from "./reason.ts";
import { recipientsIn } from "./recipients.ts";
import { recipientsOf, setsIn } from "./sets.ts";
import { SecretStore } from "./store.ts";

/**
 * Refuses what could not go well.
 *
 * @param isTerminal whether the private key would be shown
 */
export async function checkCiKey(root: string, name: string, isTerminal: boolean): Promise<void> {
  if (isTerminal) {
    throw new RefusedError(
      "it would print a private key; send it to a file: scripts/ci-key.sh >key.asc (docs/pipeline.md)",
    );
  }
  if (existsSync(join(root, PRACTICE_FILE))) {
    throw new RefusedError("these secrets are for practice; run first: scripts/init.sh YOUR_EMAIL");
  }
  const store = new SecretStore(root, undefined);
  if (isAmong(await recipientsOf(setsIn(root)), name)) {
    throw new RefusedError(
      `${name} can read the secrets already; run first: scripts/members.sh remove ${name}`,
    );
  }
  try {
    await store.decrypt(".env");
  } catch (error) {
    if (!(error instanceof SecretsError)) throw error;
    throw new RefusedError("you cannot read the secrets yourself, so you can let nobody in");
  }
}

/** Whether somebody has that address, which a name may stand before: "Ada <ada@example.com>". */
export function isAmong(recipients: { name: string }[], email: string): boolean {
  return recipients.some(({ name }) => name === email || name.endsWith(`<${email}>`));
}

/** Makes the key in a keyring of its own, and encrypts all secrets for it too; returns its private half. */
export async function makeCiKey(session: Session, config: Config, name: string): Promise<string> {
  const own = join(session.secrets, "gnupg"); // the agent that gpg starts for it ends with the directory
  mkdirSync(own, { mode: 0o700, recursive: true });
  const call = (...args: string[]) => must(["--homedir", own, "--batch", "--quiet", ...args]);
  const kind = ["ed25519", "default", "never"];
  await call("--passphrase", "", "--quick-generate-key", name, ...kind);
  const keys = recipientsIn((await call("--with-colons", "--list-keys", name)).toString());
  const part = [keys[0]?.fingerprint ?? "", "cv25519", "encr", "never"];
  await call("--passphrase", "", "--quick-add-key", ...part);
  await tell(session, config, name, await call("--armor", "--export", name));
  return (await call("--armor", "--export-secret-keys", name)).toString();
}

/** Lets a key read the secrets: what "git secret tell" does, which takes a path with a space for two. */
async function tell(
  session: Session,
  config: Config,
  name: string,
  publicHalf: Uint8Array,
): Promise<void> {
  const { root } = session;
  const store = new SecretStore(root, undefined);
  session.onClose(async () => {
    for (const { keyring } of setsIn(root)) {
      const agent = [...keyring.slice(0, 2), "--kill", "all"];
      await session.processes.run("gpgconf", agent, { codes: "any" });
    }
  });
  try {
    await changeReaders(store, config, store.names(), session, ({ keyring }) =>
      gpg([...keyring, "--batch", "--import"], publicHalf),
    );
  } catch (error) {
    if (!(error instanceof SecretsError) && !(error instanceof ConfigError)) throw error;
    const why = error instanceof ConfigError ? error.problems.join("; ") : error.message;
    throw new FailedError(`the secrets could not be encrypted for ${name}: ${why}`, {
      next: "mend that, and run this again",
      cause: error,
    });
  }
}

/** What gpg prints, or its reason. */
async function must(args: string[], input?: Uint8Array): Promise<Buffer> {
  const { code, output, errors } = await gpg(args, input);
  if (code !== 0) throw new FailedError(`gpg: ${lastOfGpg(errors)}`);
  return output;
}
