import type { Tree } from "../git/tree.ts";
import type { Session } from "../session.ts";

/**
 * Says what an image will lack.
 *
 * @param missing submodules that are not checked out
 */
export function warnOfMissing(session: Session, { warnings }: Tree, missing: string[]): void {
  const empty = missing.map(
    (path) =>
      `the submodule "${path}" is not here, so the image gets an empty directory: git submodule update --init`,
  );
  for (const text of [...warnings, ...empty]) session.say(`  ! ${text}`);
}
