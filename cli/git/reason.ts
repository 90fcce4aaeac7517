import { RefusedError } from "../errors.ts";

const NO_COMMIT = "this is not a git checkout with a commit; images are named by commits";

/** What git says, and what a person has to know then; $1 is what the form has found. */
const reasons: [RegExp, string][] = [
  [
    /^fatal: detected dubious ownership/m,
    "git does not trust this clone, whose files belong to somebody else; if you do: git config --global --add safe.directory $ROOT",
  ],
  [
    /^fatal: not a git repository: (\/.*)/m,
    "the .git of this clone leads to $1, where there is nothing; if either was moved: git worktree repair, where the repository is",
  ],
  [/^fatal: not a git repository|^fatal: ambiguous argument 'HEAD'/m, NO_COMMIT],
  [
    /^git-lfs .*: not found$|^git: 'lfs' is not a git command/m,
    "this repository keeps files in Git LFS, and git-lfs is not installed here: https://git-lfs.com",
  ],
  [
    /^error: '(.*)\/' does not have a commit checked out/m,
    '"$1" is a git repository of its own without a commit: commit there, remove its .git, or name it in .gitignore',
  ],
  [
    /^error: open\("(.*)"\): (?:Permission denied|Operation not permitted)/m,
    'git may not read "$1", which the image could need: make it readable, or name it in .gitignore',
  ],
  [
    /^error: (.*): can only add regular files/m,
    '"$1" is neither a file nor a link, and git has one there: git restore it, or git rm it',
  ],
  [
    /^error: unable to index file '(.*)'/m,
    'git cannot take "$1": mend it, or name it in .gitignore',
  ],
];

/** No commit is checked out. */
export function noCommit(): RefusedError {
  return new RefusedError(NO_COMMIT);
}

/** Why git did not do its work, in one line. */
export function explainGit(said: string, command: string, root: string): RefusedError {
  for (const [form, text] of reasons) {
    const found = form.exec(said);
    if (found === null) continue;
    const values: Record<string, string> = { $1: found[1] ?? "", $ROOT: shellWord(root) };
    return new RefusedError(text.replace(/\$1|\$ROOT/g, (name) => values[name] ?? ""));
  }
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const at = lines.findLastIndex((line) => /^(fatal|error): /.test(line));
  const told = (lines.at(at) ?? "it said nothing").replace(/^(fatal|error): /, "");
  const rest = told.endsWith(":") ? ` ${lines[at + 1]?.trim() ?? ""}` : ""; // a list follows
  return new RefusedError(`git ${command}: ${told}${rest}`);
}

/** A path as a shell takes it for one word. */
function shellWord(path: string): string {
  return /^[\w./+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
