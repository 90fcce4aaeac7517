/** How the files that are checked out differ from their commit. */
export interface State {
  differs: boolean;
  /** Submodules that hold changes of their own which are not committed there. */
  submodules: string[];
  /** Files in which a merge has left its marks. */
  conflicts: string[];
}

/**
 * Reads `git status --porcelain=v2 -z`. A submodule's state is "S", then whether another commit is checked out there,
 * whether files of it differ, and whether there are new ones.
 */
export function readState(text: string): State {
  const entries = text.split("\0").filter((entry) => entry !== "");
  const submodules: string[] = [];
  const conflicts: string[] = [];
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] ?? "";
    const [kind, , state = ""] = entry.split(" ");
    if (kind === "2") at++; // where it was before follows
    if (kind === "u") conflicts.push(pathOf(entry));
    if (/^S.(M.|.U)$/.test(state)) submodules.push(pathOf(entry));
  }
  return { differs: entries.length > 0, submodules, conflicts };
}

/** Behind eight fields stands the path, behind nine that of a file that was moved, behind ten of one in conflict. */
function pathOf(entry: string): string {
  const fields = { "1": 8, "2": 9, u: 10 }[entry[0] ?? ""] ?? 1;
  return entry.split(" ").slice(fields).join(" ");
}
