import { existsSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { beginningOf } from "./beginning.ts";
import { FailedError, RefusedError } from "./errors.ts";
import { isDirectory } from "./is-file.ts";

/** Refuses a file that a dump cannot become. @throws RefusedError */
export function needPlaceForDump(file: string): void {
  if (file === "-") throw new RefusedError("dump needs a file; ./- is one of that name");
  if (existsSync(file)) throw new RefusedError(`${file} is there already`);
  if (file.endsWith("/") || !isDirectory(dirname(file)))
    throw new RefusedError(`${file} cannot be made: there is no directory ${dirname(`${file}x`)}`);
}

/** Refuses what is no dump. @throws RefusedError */
export function needDump(file: string): void {
  if (!existsSync(file)) throw new RefusedError(`${file} is not there`);
  if (isDirectory(file)) throw new RefusedError(`${file} is a directory`);
  if (!statSync(file).isFile() || !MAGIC.test(beginningOf(file, 8).toString("latin1")))
    throw new RefusedError(
      `${file} is no dump in pg_dump's custom format, as scripts/db.sh dump and pg_dump -Fc write it`,
    );
}

/** What dumps in the custom format begin with, and those in that of tar, which pg_restore reads too. */
const MAGIC = /^PGDMP|^toc\.dat\0/;

/** Into a file of another name first: what breaks off is not taken for a dump. */
export async function writeDump(
  file: string,
  write: (output: number) => Promise<number>,
): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    if ((await write(openSync(part, "wx", 0o600))) !== 0) throw new FailedError("pg_dump failed");
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
}
