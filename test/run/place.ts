import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOf } from "./processes.ts";

/** Where runs have their directories. Its path is short: those of sockets, such as gpg's, may have 107 characters. */
export const shortTemporary = (): string => (tmpdir().length > 24 ? "/tmp" : tmpdir());

/** The directory that a run has for all that its tests make, named after its process. */
export function makePlace(temporary: string): string {
  const directory = join(temporary, `onebox-${process.pid}`);
  rmSync(directory, { recursive: true, force: true }); // of a run that had this number before and is gone
  mkdirSync(directory, { mode: 0o711 }); // another user, such as Postgres's, finds its own in it
  writeFileSync(join(directory, "owner"), startOf(process.pid) ?? "");
  return directory;
}

/** Directories of runs of this user's that have ended without removing them. */
export function leftPlaces(temporary: string): string[] {
  return readdirSync(temporary)
    .map((name) => ({ directory: join(temporary, name), pid: /^onebox-(\d+)$/.exec(name)?.[1] }))
    .filter(({ directory, pid }) => pid !== undefined && !lives(Number(pid), directory))
    .map(({ directory }) => directory);
}

function lives(pid: number, directory: string): boolean {
  try {
    if (statSync(directory).uid !== process.getuid?.()) return true; // another user's: not ours to judge
    return startOf(pid) === readFileSync(join(directory, "owner"), "utf8");
  } catch {
    return startOf(pid) !== undefined; // it is just being made, or removed
  }
}
