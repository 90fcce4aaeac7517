import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { FailedError, RefusedError } from "../errors.ts";
import { copyKey, keyOf } from "../members/change.ts";
import { removePath } from "../remove.ts";
import { SecretsError } from "../secrets/error.ts";
import { makeKeys, renderSecrets } from "../secrets/new.ts";
import { PRACTICE_FILE } from "../secrets/private-directory.ts";
import { lastOfGpg } from "../secrets/reason.ts";
import { SecretSet } from "../secrets/sets.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import type { Step } from "../steps.ts";

const files = [".env", ".env.stage", ".env.prod"];

const notes = `
It replaces .gitsecret/ and the three .env*.gpg files, removes the practice identity, and leaves
.env, .env.stage and .env.prod in plain text for you to fill in (git ignores them). Then:
  edit .env; scripts/secrets.sh hide; git add '.gitsecret*' '.env*.gpg'; git commit
Secrets of a running environment change with it: see docs/secrets.md before using --force.`;

const next = `
The secrets are yours now. Next:
  1. fill in .env (HCLOUD_TOKEN and the state keys; .env.example explains each key)
  2. scripts/secrets.sh hide
  3. git add '.gitsecret*' '.env*.gpg' && git commit -m "Use our own secrets"`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("EMAIL [--force]")
    .argument("[EMAIL]", "of a GPG key in your keyring that has a private half")
    .option(
      "--force",
      "run although the practice identity is gone already: all secrets are made anew",
    )
    .addHelpText("after", notes)
    .action((email: string | undefined, options: CommonOptions & { force?: boolean }) => {
      if (email === undefined) {
        throw new RefusedError("name the email of your GPG key; see scripts/init.sh --help");
      }
      return withSession(invocation, options, async (session) => {
        const fingerprint = await check(session, email, options.force ?? false);
        await session.steps.run("secrets", (step) => replace(session, email, fingerprint, step));
        session.print(next);
      });
    });
}

/** Refuses what could not go well. Returns the fingerprint of the key that is meant. */
async function check({ root, processes }: Session, email: string, force: boolean): Promise<string> {
  if ((await processes.run("git", ["secret", "--version"], { codes: "any" })).code !== 0) {
    throw new RefusedError("git-secret is missing; run: scripts/setup.sh");
  }
  const none = `no GPG key with a private half for ${email}; make one: gpg --quick-generate-key ${email}`;
  const fingerprint = await keyOf(email).catch((error: unknown) => {
    if (!(error instanceof SecretsError)) throw error;
    throw new RefusedError(/^your keyring has no key/.test(error.message) ? none : error.message);
  });
  const args = ["--batch", "--list-secret-keys", fingerprint];
  if ((await processes.run("gpg", args, { codes: "any" })).code !== 0) throw new RefusedError(none);
  if (!existsSync(join(root, PRACTICE_FILE)) && !force) {
    throw new RefusedError(
      "the practice identity is gone already, so the secrets here are your own; --force makes all of them anew",
    );
  }
  for (const file of files) {
    if (!existsSync(join(root, file))) continue;
    throw new RefusedError(`${file} exists in plain text; move it away first`);
  }
  return fingerprint;
}

/** Built beside the old ones and renamed at the end, so that an interruption changes nothing. */
async function replace(
  session: Session,
  email: string,
  fingerprint: string,
  step: Step,
): Promise<void> {
  const { root, processes, secrets, directory } = session;
  const build = mkdtempSync("/tmp/onebox-init."); // git-secret takes a path with a space for two
  const { keyring } = new SecretSet(build, ".gitsecret");
  session.onClose(async () => {
    await processes.run("gpgconf", [...keyring.slice(0, 2), "--kill", "all"], { codes: "any" });
    removePath(build);
  });
  const git = (...args: string[]) =>
    processes.run("git", args, {
      ...{ cwd: build, env: { SECRETS_EXTENSION: ".gpg" }, output: step.output },
    });
  await git("init", "--quiet");
  const made = renderSecrets(await makeKeys(processes, secrets));
  for (const [name, text] of Object.entries(made)) {
    writeFileSync(join(build, name), text, { mode: 0o600 });
  }
  await git("secret", "init");
  // Not by "git secret tell", which lets in whoever's address the email is a part of.
  const { code, errors } = await copyKey(fingerprint, keyring);
  if (code !== 0) throw new FailedError(`gpg: ${lastOfGpg(errors)}`);
  await git("secret", "add", ...files);
  await git("secret", "hide");
  mkdirSync(directory, { recursive: true });
  const ready = mkdtempSync(join(directory, "init."));
  session.onClose(() => removePath(ready));
  const all = [".gitsecret", ...files, ...files.map((name) => `${name}.gpg`)];
  for (const name of all) {
    cpSync(join(build, name), join(ready, name), { recursive: true, filter: isKept });
  }
  for (const name of readdirSync(root).filter((name) => name.startsWith(".gitsecret")))
    removePath(join(root, name));
  for (const name of all) renameSync(join(ready, name), join(root, name));
  step.note = `for ${email}`;
}

/** Not what GnuPG has for itself: sockets of its agent, its backup, its random seed. */
export function isKept(path: string): boolean {
  return !/\/keys\/(S\.[^/]*|[^/]*~|random_seed)$/.test(path);
}
