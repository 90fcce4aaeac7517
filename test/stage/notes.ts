import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../emulator/store/atomic-file.ts";

/** What a shared stage was when it was made, and is again between suites. */
export interface Notes {
  /** What the clone has checked out. */
  branch: string;
  commit: string;
  /** Three good images, each of a commit of its own. */
  images: string[];
  /** What deploy.sh calls the steps of a deploy of an image. */
  deploySteps: string[];
  /** What is on the VM and in the clone, as look.ts tells. */
  rest: string[];
}

const file = (directory: string) => join(directory, ".onebox/test-stage.json");

/** Undefined when the stage was never finished, or could not be put back. */
export function readNotes(directory: string): Notes | undefined {
  try {
    return JSON.parse(readFileSync(file(directory), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export const writeNotes = (directory: string, notes: Notes) =>
  writeAtomically(file(directory), JSON.stringify(notes, null, 2));

/** From now on the stage has to be made anew. */
export function forgetNotes(directory: string): void {
  const notes = file(directory);
  if (existsSync(notes)) renameSync(notes, `${notes}.broken`);
}
