import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { removePath } from "./remove.ts";

/**
 * Removes what processes that were killed could not.
 *
 * @param kind what stands before the process's number in a name: KIND.PID or KIND.PID.MORE
 */
export function removeLeft(directory: string, kind: string): void {
  for (const name of namesIn(directory)) {
    const [found, pid = ""] = name.split(".");
    if (found !== kind || !/^[1-9][0-9]*$/.test(pid) || isAlive(Number(pid))) continue;
    const path = join(directory, name);
    try {
      if (statSync(path).uid === process.getuid?.()) removePath(path);
    } catch {
      // Another run has been quicker.
    }
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Whether there is a process of that number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
