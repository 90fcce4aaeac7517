import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readPlain } from "../config/plain-file.ts";
import { FailedError } from "./errors.ts";
import { isAlive } from "./left.ts";
import type { Session } from "./session.ts";
import { findProgram } from "./toolchain/system.ts";

/** Milliseconds after which it is said that somebody else is waited for. */
const SOON = 500;

/**
 * Takes the lock that a file is, once nobody else has it.
 *
 * @param waiting is called when that takes long
 * @returns what gives the lock back; the end of the session does so too
 */
export async function takeLock(
  session: Session,
  file: string,
  waiting = () => {},
): Promise<() => void> {
  const timer = setTimeout(waiting, SOON);
  session.onClose(() => clearTimeout(timer));
  const { PATH = "" } = session.environment;
  const take = findProgram("flock", PATH) === undefined ? takeDirectory : takeFile;
  const release = await take(session, file);
  clearTimeout(timer);
  return release;
}

/**
 * A program holds the lock for as long as this process keeps a pipe to it open: the kernel closes that even when we are
 * killed.
 */
async function takeFile(session: Session, file: string): Promise<() => void> {
  const holder = spawn("flock", [file, "sh", "-c", "echo; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: session.environment,
    detached: true, // Ctrl-C on the terminal is for us: what the lock protects is closed first
  });
  const release = () => void holder.stdin.destroy();
  session.onClose(() => void holder.kill()); // it may still wait
  const taken = once(holder.stdout, "data").then(() => true);
  const ended = once(holder, "close").then(() => false);
  if (!(await Promise.race([taken, ended]))) throw new FailedError(`${file} cannot be locked`);
  return release;
}

/** Where there is no flock (macOS): a directory that names its owner. */
export async function takeDirectory(
  session: Pick<Session, "onClose">,
  file: string,
): Promise<() => void> {
  const directory = `${file}.d`;
  const owner = join(directory, "pid");
  for (; !isMade(directory); await sleep(200)) {
    const pid = readOwner(owner);
    if (pid !== undefined && !isAlive(pid)) rmSync(directory, { recursive: true, force: true });
  }
  writeFileSync(owner, `${process.pid}\n`);
  const release = () => rmSync(directory, { recursive: true, force: true });
  session.onClose(release);
  return release;
}

function isMade(directory: string): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

function readOwner(file: string): number | undefined {
  try {
    return Number.parseInt(readPlain(file).toString(), 10) || undefined;
  } catch {
    return undefined;
  }
}
