import { copyFileSync, existsSync, lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { checkAnswer } from "../answer.ts";
import { RefusedError } from "../errors.ts";
import { inOneLine } from "../plain-text.ts";
import type { Git } from "./git.ts";
import { noCommit } from "./reason.ts";
import { readState } from "./state.ts";

/** What an image is made of: a commit's files, or what is checked out where that differs. */
export interface Tree {
  /** "-dirty" follows when the files differ from the commit's. */
  commit: string;
  /** Time of the commit, seconds since 1970. */
  epoch: number;
  /** Git's name for the files: a commit or a tree. */
  tree: string;
  /** The tag of its image, which names the files when they are no commit's. */
  tag: string;
  /** What was left out, for a person to read. */
  warnings: string[];
}

/** Bytes. */
const LARGE = 50e6;

/** A name that git gives, by SHA-1 or SHA-256. */
const object = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, "it is no name of an object");
/** The last second of the year 9999, the last one that an image's labels can tell. */
const LAST = 253_402_300_799;

/** The tree of a commit, whatever is checked out; undefined when git does not have it. */
export async function treeOf(git: Git, revision: string): Promise<Tree | undefined> {
  const wanted = `${revision}^{commit}`;
  const found = await git.ask(["rev-parse", "--verify", "--quiet", "--end-of-options", wanted]);
  if (found === undefined) return undefined;
  const commit = checkAnswer("git's name of a commit", found, object);
  const time = await git.run(["log", "-1", "--format=%ct", commit]);
  const epoch = Number(time);
  if (!/^\d+$/.test(time) || epoch > LAST) {
    throw new RefusedError(
      `commit ${shortCommit(commit)} has no date from 1970 to 9999; git commit --amend --no-edit dates the last one anew`,
    );
  }
  return { commit, epoch, tree: commit, tag: commit, warnings: [] };
}

/** The tree of a commit that was asked for. */
export async function namedTree(git: Git, revision: string): Promise<Tree> {
  const tree = await treeOf(git, revision);
  if (tree !== undefined) return tree;
  throw new RefusedError(`--commit needs a commit that git has, not "${inOneLine(revision)}"`);
}

/** The tree of a branch, here or at origin; its name is no expression such as "main~1". */
export async function treeOfBranch(git: Git, branch: string): Promise<Tree> {
  const valid = await git.ask(["check-ref-format", `refs/heads/${branch}`]);
  if (valid === undefined || branch === "HEAD") {
    throw new RefusedError(`"${inOneLine(branch)}" is no name of a branch`);
  }
  for (const from of [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`]) {
    const tree = await treeOf(git, from);
    if (tree !== undefined) return tree;
  }
  const fix = "git fetch may bring it";
  throw new RefusedError(`there is no branch "${branch}" here or at origin; ${fix}`);
}

/**
 * What is checked out, with what differs from the commit there.
 *
 * @param index file that git may use for a moment
 */
export async function checkedOut(git: Git, index: string): Promise<Tree> {
  const head = await treeOf(git, "HEAD");
  if (head === undefined) throw noCommit();
  await needTop(git);
  const status = ["status", "--porcelain=v2", "-z", "--untracked-files=normal"];
  const { differs, conflicts } = readState(await git.run(status));
  if (conflicts[0] !== undefined) {
    throw new RefusedError(
      `"${conflicts[0]}" is in conflict: resolve it and git add it, or git merge --abort`,
    );
  }
  if (!differs) return { ...head, warnings: [] };
  const own = resolve(git.root, await git.run(["rev-parse", "--git-path", "index"]));
  if (existsSync(own)) copyFileSync(own, index);
  const env = { GIT_INDEX_FILE: index };
  await git.run(["add", "--all", "."], { env });
  const tree = checkAnswer("git's name of a tree", await git.run(["write-tree"], { env }), object);
  // A repository inside that git did not know of is a submodule from here on.
  const { submodules } = readState(await git.run(status, { env }));
  const warnings = submodules.map(
    (path) => `what is not committed in the submodule "${path}" is not in the image`,
  );
  warnings.push(...(await largeFiles(git, head.tree, tree)));
  return { ...head, commit: `${head.commit}-dirty`, tree, tag: `dirty-${tree}`, warnings };
}

/** Sees that the repository is this clone's own: one around it has other files, and other commits. */
async function needTop(git: Git): Promise<void> {
  const [inside, prefix] = (
    await git.run(["rev-parse", "--is-inside-work-tree", "--show-prefix"])
  ).split("\n");
  if (inside === "true" && !prefix) return;
  const why = prefix
    ? `this is the folder ${prefix} of another git repository; make it one of its own: git init`
    : "git has no work tree here: see git config core.bare, and git config core.worktree";
  throw new RefusedError(why);
}

/** Names the large files that nobody has committed: dumps and the like, which git would otherwise have been told of. */
async function largeFiles(git: Git, head: string, tree: string): Promise<string[]> {
  const added = ["diff-tree", "-r", "-z", "--name-only", "--diff-filter=A", head, tree];
  return (await git.run(added)).split("\0").flatMap((path) => {
    const size = lstatSync(join(git.root, path), { throwIfNoEntry: false })?.size ?? 0;
    if (path === "" || size < LARGE) return [];
    const what = `"${path}" (${Math.round(size / 1e6)} MB) is not committed`;
    return [`${what}, but goes to the builder, and into git's objects: .gitignore can name it`];
  });
}

/** The branch that is checked out; undefined: none is. */
export function currentBranch(git: Git): Promise<string | undefined> {
  return git.ask(["symbolic-ref", "--quiet", "--short", "HEAD"]);
}

/** For people: seven digits, and what follows the name, such as "-dirty". */
export function shortCommit(commit: string): string {
  return commit.replace(/^([0-9a-f]{7})[0-9a-f]*/, "$1");
}
