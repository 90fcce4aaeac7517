import { closeSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where requests are dropped, and where those that came are remembered. */
export interface Directories {
  /** Watched by root (host/release/webhook); a file ENVIRONMENT.COMMIT is a request, and holds the image's signature. */
  spool: string;
  /** An empty file for each signature that was taken. */
  seen: string;
}

/** How long a signature is remembered: longer than any request may be old. Seconds. */
const memory = 48 * 60 * 60;
/** Requests that may wait at once. */
const places = 8;

/** What became of a request. */
export type Outcome = "dropped" | "seen" | "full";

/** Drops a request, once for each signature, also across restarts. */
export function drop(
  { spool, seen }: Directories,
  signature: string,
  request: { name: string; text: string },
): Outcome {
  forget(seen);
  const mark = join(seen, signature);
  if (!create(mark)) return "seen";
  if (readdirSync(spool).length >= places) {
    rmSync(mark); // it may come again
    return "full";
  }
  const file = join(spool, request.name); // the same commit may be waiting already
  if (request.text === "") create(file);
  else writeFileSync(file, request.text, { mode: 0o600 });
  return "dropped";
}

function create(file: string): boolean {
  try {
    closeSync(openSync(file, "wx", 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function forget(seen: string): void {
  const oldest = Date.now() - memory * 1000;
  for (const name of readdirSync(seen)) {
    const file = join(seen, name);
    if (statSync(file).mtimeMs < oldest) rmSync(file);
  }
}
