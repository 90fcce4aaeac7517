import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Who uses a shared stage: one process at a time, whose id lies in this file. */
const file = (directory: string) => join(directory, ".onebox/test-stage.pid");

/** Takes the stage for this process; tells whether the one before ended without giving it back. */
export function own(directory: string): { killed: boolean } {
  const path = file(directory);
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return { killed: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const owner = Number(readFileSync(path, "utf8"));
  if (lives(owner)) throw new Error(`the stage in ${directory} is in use by process ${owner}`);
  writeFileSync(path, String(process.pid));
  return { killed: true };
}

export const disown = (directory: string) => rmSync(file(directory), { force: true });

function lives(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
