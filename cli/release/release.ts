import { releaseForms as forms } from "../../config/release-forms.ts";
import { RefusedError } from "../errors.ts";
import type { Slot } from "../vm/answers.ts";

/** A release: an image with the files that it runs with. */
export interface Release {
  /** What its environment calls it: 12 digits of the image's digest and 4 of all that it consists of. */
  name: string;
  /** By digest. */
  image: string;
  /** The image's commit; "unknown" where nobody can tell. */
  commit: string;
}

/** Stands for a release in a stack that has none. */
export const noRelease: Release = { name: "none", image: "none", commit: "none" };

/** The release that a slot runs. One from before commits were looked at may name anything as its own. */
export function releaseIn(slot: Slot | undefined): Release {
  if (slot === undefined) return noRelease;
  const { release, image, commit } = slot;
  return checkRelease({
    name: release,
    image,
    commit: forms.commit.test(commit) ? commit : "unknown",
  });
}

/**
 * What a registry, the engine or the VM has told goes into commands and files on the VM; nothing else than these forms
 * does.
 *
 * @throws RefusedError
 */
export function checkRelease(release: Release): Release {
  const { name, image, commit } = release;
  if (!forms.image.test(image)) throw odd("image with its digest", image);
  if (!forms.commit.test(commit)) throw odd("commit", commit);
  if (!forms.release.test(name)) throw odd("release's name", name);
  return release;
}

function odd(what: string, text: string): RefusedError {
  const printable = text.replace(/[^ -~]/g, "?").slice(0, 80);
  return new RefusedError(`this is no ${what}: ${printable}`);
}

/** The variables of an environment's stack. @param files the directory that is delivered */
export function releaseVariables(
  { name, image }: Release,
  files: string,
  patience = 0,
): Record<string, string> {
  return { image, release: name, release_files: files, wait: `${patience}` };
}
