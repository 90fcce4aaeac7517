import type { Missing } from "../git/export.ts";
import type { Tree } from "../git/tree.ts";
import type { Session } from "../session.ts";

/** Says what an image will lack. */
export function warnOfMissing(
  session: Pick<Session, "say">,
  { warnings }: Pick<Tree, "warnings">,
  missing: Missing,
): void {
  const empty = missing.submodules.map(
    (path) =>
      `the submodule "${path}" is not here, so the image gets an empty directory: git submodule update --init`,
  );
  for (const text of [...warnings, ...empty, ...ofPointers(missing.pointers)])
    session.say(`  ! ${text}`);
}

/** One line for all: there may be thousands. */
function ofPointers([first, ...others]: string[]): string[] {
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const fix = "git lfs install && git lfs pull";
  return [`"${first}"${more}: the image gets Git LFS's pointer in place of the file: ${fix}`];
}
