import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removePath } from "../remove.ts";
import type { Files } from "./identity.ts";

/** Writes a release's files into a directory of its own, which only its owner can read. */
export function writeFiles(directory: string, files: Files): void {
  removePath(directory); // what an earlier step of the run has delivered
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), content, { mode: 0o600 });
  }
}
