import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { inOneLine } from "../plain-text.ts";
import { removePath } from "../remove.ts";
import { SecretsError } from "./error.ts";
import { gpg } from "./gpg.ts";
import { lastOfGpg, whyNotDecrypted } from "./reason.ts";
import { hashOf, type SecretSet, setOf, setsIn } from "./sets.ts";

/** A file as it shall be: its name without ".gpg", and its content. */
export interface Secret {
  name: string;
  plain: Uint8Array;
}

/** The files that git-secret keeps in a clone, in git-secret's own form: either can be used at any time. */
export class SecretStore {
  readonly root: string;
  /** The keyring with the private keys: the user's own, or one with the practice identity. */
  private readonly keyring: string[];

  constructor(root: string, keyring: string | undefined) {
    this.root = root;
    this.keyring = keyring === undefined ? [] : ["--homedir", keyring];
  }

  /** Names of all files, without ".gpg". */
  names(): string[] {
    return setsIn(this.root).flatMap((set) => [...set.files().keys()]);
  }

  /** Whether a file is there, encrypted. */
  has(name: string): boolean {
    return existsSync(this.path(`${name}.gpg`));
  }

  /** The hash that git-secret keeps of a file's plain text; empty where there is none. */
  plainHash(name: string): string {
    return setOf(this.root, name).files().get(name) ?? "";
  }

  async decrypt(name: string): Promise<Buffer> {
    if (!this.has(name)) {
      throw new SecretsError(
        `${name}.gpg is missing: restore it from git, or make it with scripts/secrets.sh edit ${name}`,
      );
    }
    if (!statSync(this.path(`${name}.gpg`)).isFile()) {
      throw new SecretsError(`${name}.gpg is no file: restore it from git`);
    }
    return this.open(name, readFileSync(this.path(`${name}.gpg`)));
  }

  /**
   * Encrypts files for those who shall read them, makes sure that each opens again as the same, and only then puts them in the
   * place of the old ones: all of them, or none.
   */
  async replace(secrets: Secret[]): Promise<void> {
    mkdirSync(this.path(".onebox"), { recursive: true });
    const work = mkdtempSync(this.path(".onebox/secrets."));
    try {
      for (const [index, { name, plain }] of secrets.entries()) {
        const sealed = await this.seal(name, plain);
        if (!(await this.open(name, sealed)).equals(plain)) {
          throw new SecretsError(
            `${name}: what was encrypted does not open as the same; nothing was changed`,
          );
        }
        writeFileSync(join(work, `${index}`), sealed, { mode: 0o644 });
      }
      for (const [index, { name }] of secrets.entries()) {
        renameSync(join(work, `${index}`), this.path(`${name}.gpg`));
      }
      this.remember(secrets);
    } finally {
      removePath(work);
    }
  }

  path(name: string): string {
    return join(this.root, name);
  }

  private async open(name: string, sealed: Uint8Array): Promise<Buffer> {
    const pinentry = process.env.SECRETS_PINENTRY || "loopback"; // as git-secret does
    const args = ["--quiet", "--pinentry-mode", pinentry, "--decrypt"];
    const run = await gpg([...this.keyring, ...args], sealed);
    // Its exit code says 0 for some files that it has not read to the end.
    if (run.code === 0 && run.status.includes("DECRYPTION_OKAY")) return run.output;
    const own = await this.ownKeys();
    throw new SecretsError(`${name}.gpg: ${whyNotDecrypted({ ...run, own, name })}`);
  }

  private async seal(name: string, plain: Uint8Array): Promise<Buffer> {
    const set = setOf(this.root, name);
    const members = await membersOf(set);
    const args = ["--batch", "--no-tty", "--trust-model", "always", "--no-auto-key-locate"];
    const to = members.flatMap((fingerprint) => ["--recipient", fingerprint]);
    const run = await gpg([...set.keyring, ...args, ...to, "--encrypt"], plain);
    if (run.code === 0 && run.output.length > 0) return run.output;
    throw new SecretsError(`${name} could not be encrypted: ${lastOfGpg(run.errors)}`);
  }

  private async ownKeys(): Promise<string[]> {
    const run = await gpg([...this.keyring, "--batch", "--list-secret-keys", "--with-colons"]);
    const lines = run.output
      .toString()
      .split("\n")
      .map((line) => line.split(":"));
    return lines
      .filter(([kind]) => kind === "sec" || kind === "ssb")
      .map((fields) => fields[4] ?? "");
  }

  private remember(secrets: Secret[]): void {
    for (const { name, plain } of secrets) {
      const set = setOf(this.root, name);
      set.write(set.files().set(name, hashOf(plain)));
    }
  }
}

/** Fingerprints of all who shall read the files of a set. */
async function membersOf(set: SecretSet): Promise<string[]> {
  const all = await set.recipients();
  if (all.length === 0)
    throw new SecretsError("nobody may read the secrets; run: scripts/members.sh add YOUR_EMAIL");
  const [unusable] = all.filter(({ why }) => why !== "");
  if (unusable !== undefined) {
    const name = inOneLine(unusable.name);
    throw new SecretsError(
      `the key of ${name} ${unusable.why}, so nothing can be encrypted for them; run scripts/members.sh remove EMAIL and, with their new key, scripts/members.sh add EMAIL`,
    );
  }
  return all.map(({ fingerprint }) => fingerprint);
}
