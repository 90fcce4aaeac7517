import { spawn } from "node:child_process";
import { once } from "node:events";
import { FailedError } from "./errors.ts";
import type { Session } from "./session.ts";

/**
 * Takes the lock that a file is, once nobody else has it. A program holds it (flock, which Linux has) for as long as
 * this process keeps a pipe to it open: the kernel closes that even when we are killed.
 *
 * @returns what gives the lock back; the end of the session does so too
 */
export async function takeLock(session: Session, file: string): Promise<() => void> {
  const holder = spawn("flock", [file, "sh", "-c", "echo; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: session.environment,
    detached: true, // Ctrl-C on the terminal is for us: what the lock protects is closed first
  });
  const release = () => void holder.kill();
  session.onClose(release);
  const taken = once(holder.stdout, "data").then(() => true);
  const ended = once(holder, "close").then(() => false);
  if (!(await Promise.race([taken, ended]))) throw new FailedError(`${file} cannot be locked`);
  return release;
}
