import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clone } from "../support/clone.ts";

const email = "ada@onebox.invalid";

/** A member of the team, with a GPG key and a keyring of her own. */
export class Member {
  // Short: gpg-agent's socket lies in it.
  readonly #home: string = mkdtempSync(join(tmpdir(), "onebox-gpg-"));
  readonly #clone: Clone;
  /** What her shell sets. */
  readonly env: Record<string, string> = { GNUPGHOME: this.#home, SECRETS_EXTENSION: ".gpg" };

  constructor(clone: Clone) {
    this.#clone = clone;
  }

  /**
   * Takes the clone's secrets over as they are: the practice identity reads them no more, she and the
   * pipeline do.
   *
   * @returns the pipeline's key, as a secret of the repository holds it
   */
  takeOver(): string {
    const gpg = (...args: string[]) => this.#run("gpg", "--batch", "--quiet", ...args);
    const secret = (...args: string[]) => this.#run("git", "secret", ...args);
    gpg("--import", join(this.#clone.directory, ".gitsecret/practice.asc"));
    const practice = secret("whoknows").trim();
    gpg("--passphrase", "", "--quick-generate-key", email, "future-default", "default", "never");
    secret("tell", email);
    secret("reveal");
    secret("removeperson", practice);
    secret("hide", "-d");
    this.#clone.git("rm", "--quiet", ".gitsecret/practice.asc");
    const key = this.#run("scripts/ci-key.sh");
    this.#clone.commit("Let the team and its pipeline read the secrets");
    return key;
  }

  remove(): void {
    this.#run("gpgconf", "--kill", "all");
    rmSync(this.#home, { recursive: true, force: true });
  }

  #run(program: string, ...args: string[]): string {
    return execFileSync(program, args, {
      cwd: this.#clone.directory,
      env: { ...process.env, ...this.env },
      stdio: ["ignore", "pipe", "pipe"],
    }).toString();
  }
}
