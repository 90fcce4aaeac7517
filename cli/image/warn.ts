import type { Missing } from "../git/export.ts";
import type { Missed } from "../git/stand-ins.ts";
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
  for (const text of [...warnings, ...empty, ...missing.standIns.map(asLine)])
    session.say(`  ! ${text}`);
}

/** One line for all of a kind: there may be thousands. */
function asLine({ what, fix, paths: [first = "", ...others] }: Missed): string {
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `"${first}"${more}: the image gets ${what}: ${fix}`;
}
