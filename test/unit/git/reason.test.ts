import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import { explainGit } from "../../../cli/git/reason.ts";

const root = "/srv/my shop";

describe("what git says", () => {
  const cases: [string, string, RegExp][] = [
    [
      "a clone of somebody else's",
      `fatal: detected dubious ownership in repository at '${root}'\nTo add an exception…\n\n\tgit config --global --add safe.directory ${root}\n`,
      /^git does not trust this clone.*: git config --global --add safe\.directory '\/srv\/my shop'$/,
    ],
    [
      "no repository",
      "fatal: not a git repository (or any of the parent directories): .git\n",
      /^this is not a git checkout with a commit; images are named by commits$/,
    ],
    [
      "a repository that was moved",
      "fatal: not a git repository: /srv/old/.git/worktrees/shop\n",
      /^the \.git of this clone leads to \/srv\/old\/\.git\/worktrees\/shop, .*git worktree repair/,
    ],
    [
      "a pipe in place of a file",
      "error: server/a $1: can only add regular files, symbolic links or git-directories\nfatal: updating files failed\n",
      /^"server\/a \$1" is neither a file nor a link, /,
    ],
    [
      "what it lists behind a colon",
      "fatal: unknown repository extension found:\n\tmars\n",
      /^git status: unknown repository extension found: mars$/,
    ],
    [
      "a repository inside without a commit",
      "error: 'vendor/a $1 b/' does not have a commit checked out\nfatal: adding files failed\n",
      /^"vendor\/a \$1 b" is a git repository of its own without a commit: commit there, .*\.gitignore$/,
    ],
    [
      "an unreadable file",
      `error: open("server/key.pem"): Permission denied\nerror: unable to index file 'server/key.pem'\nfatal: adding files failed\n`,
      /^git may not read "server\/key\.pem", .*: make it readable, or name it in \.gitignore$/,
    ],
    [
      "another file that it cannot take",
      "error: unable to index file 'x'\nfatal: adding files failed\n",
      /^git cannot take "x": mend it, or name it in \.gitignore$/,
    ],
    [
      "Git LFS, which is not here",
      "git-lfs filter-process: 1: git-lfs: not found\nfatal: the remote end hung up unexpectedly\n",
      /^this repository keeps files in Git LFS, and git-lfs is not installed here: /,
    ],
    [
      "anything else",
      "warning: so so\nfatal: bad object HEAD\nmore\n",
      /^git status: bad object HEAD$/,
    ],
    ["nothing", "\n", /^git status: it said nothing$/],
  ];
  for (const [what, said, line] of cases) {
    it(`of ${what} becomes one line with the cause and what to do`, () => {
      const error = explainGit(said, "status", root);
      expect(error).to.be.instanceOf(RefusedError);
      expect(error.message).to.match(line);
    });
  }
});
