import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removePath } from "../remove.ts";
import { SecretsError } from "./error.ts";
import { gpg } from "./gpg.ts";
import { lastOfGpg } from "./reason.ts";

/** A directory that nobody else can look into, in memory where the system has such a place. */
export function makePrivateDirectory(): string {
  // By its process, so that a later run can remove that of one that was killed (cli/left.ts).
  return mkdtempSync(join(memory() ?? tmpdir(), `onebox.${process.pid}.`));
}

/** Removes it, with the agent that gpg has started for a keyring in it. */
export function removePrivateDirectory(directory: string): void {
  const keyring = join(directory, "gnupg");
  if (existsSync(keyring)) {
    try {
      const args = ["--homedir", keyring, "--no-autostart", "KILLAGENT", "/bye"];
      execFileSync("gpg-connect-agent", args, { stdio: "ignore" });
    } catch {
      // It had none.
    }
  }
  removePath(directory);
}

/** The practice identity's private half, in a clone that has no secrets of its own yet. */
export const PRACTICE_FILE = ".gitsecret/practice.asc";

/** A keyring with the practice identity, where the clone still has it; nothing where the user's own is meant. */
export async function practiceKeyring(
  root: string,
  directory: string,
): Promise<string | undefined> {
  const identity = join(root, PRACTICE_FILE);
  if (!existsSync(identity)) return undefined;
  const keyring = join(directory, "gnupg");
  mkdirSync(keyring, { mode: 0o700, recursive: true });
  const run = await gpg(["--homedir", keyring, "--batch", "--quiet", "--import", identity]);
  if (run.code !== 0) {
    throw new SecretsError(`gpg does not accept ${PRACTICE_FILE}: ${lastOfGpg(run.errors)}`);
  }
  return keyring;
}

function memory(): string | undefined {
  try {
    accessSync("/dev/shm", constants.W_OK);
    return "/dev/shm";
  } catch {
    return undefined;
  }
}
