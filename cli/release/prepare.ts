import { join } from "node:path";
import type { Access } from "../server.ts";
import type { Session } from "../session.ts";
import { writeFiles } from "./directory.ts";
import type { Environment } from "./environment.ts";
import { type Delivery, renderRelease } from "./files.ts";
import { gatherParts, readSalt } from "./parts.ts";
import { checkRelease, type Release, releaseVariables } from "./release.ts";

/** A release whose directory is written. */
export interface Prepared extends Release {
  /** The directory, whose name is its own: with it it goes to the VM, where many come together. */
  files: string;
}

/**
 * Renders everything that the release of an image consists of on the VM into one directory, names the release, and has
 * the environment's stack be about it.
 *
 * @param patience seconds for which another release is waited for
 * @throws RefusedError when the image or the commit has another form than it must have
 */
export function prepareRelease(
  session: Session,
  { project, terraform }: Pick<Access, "project" | "terraform">,
  environment: Environment,
  { image, commit }: Pick<Release, "image" | "commit">,
  delivery: Delivery,
  patience = 0,
): Prepared {
  const { root, secrets } = session;
  const { config, cloud } = project;
  checkRelease({ name: "none", image, commit });
  const parts = gatherParts({ root, secrets, config, cloud }, environment);
  const { name, files } = renderRelease(parts, { image, commit }, delivery, readSalt(secrets));
  const release: Release = { name, image, commit };
  const directory = join(secrets, "release", `${environment.name}.${secrets.split(".").at(-1)}`);
  writeFiles(directory, files);
  Object.assign(terraform.variables, releaseVariables(release, directory, patience));
  return { ...release, files: directory };
}
