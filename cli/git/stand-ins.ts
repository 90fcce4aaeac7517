import { lstatSync } from "node:fs";
import { join } from "node:path";
import { beginningOf } from "../beginning.ts";
import type { Git } from "./git.ts";

/** What may lie in git in place of a file, where a tool that is not set up here would bring the file itself. */
export interface StandIn {
  /** For a person to read. */
  what: string;
  fix: string;
}

interface Kind extends StandIn {
  /** What .gitattributes says where the tool is used. */
  attribute: string;
  /** What each stand-in begins with. */
  start: Buffer;
  /** No stand-in is larger, in bytes. */
  largest: number;
}

const kinds: Kind[] = [
  {
    attribute: "filter=lfs",
    start: Buffer.from("version https://git-lfs.github.com/spec/v1\n"),
    largest: 1024,
    what: "Git LFS's pointer in place of the file",
    fix: "git lfs install && git lfs pull",
  },
  {
    attribute: "filter=git-crypt",
    start: Buffer.from("\0GITCRYPT\0"),
    largest: Number.POSITIVE_INFINITY,
    what: "what git-crypt has encrypted",
    fix: "git-crypt unlock",
  },
];

/** Files of which only a stand-in is there. */
export interface Missed extends StandIn {
  paths: string[];
}

/**
 * The files of an exported tree that are only stand-ins, by kind.
 *
 * @param directory with the tree's files
 */
export async function standInsIn(
  git: Pick<Git, "find" | "run">,
  tree: string,
  directory: string,
): Promise<Missed[]> {
  const search = ["grep", "--files-with-matches", "-z", "--fixed-strings"];
  const attributes = kinds.flatMap(({ attribute }) => ["-e", attribute]);
  // Whoever keeps nothing there does not wait until every file was searched.
  const kept = await git.find([...search, ...attributes, tree, "--", ":(glob)**/.gitattributes"]);
  if (!kept) return [];
  const listed = await git.run(["ls-tree", "-r", "-z", "--name-only", tree]);
  const paths = listed.split("\0").filter((path) => path !== "");
  return kinds.flatMap((kind) => {
    const found = paths.filter((path) => isOf(kind, join(directory, path)));
    return found.length === 0 ? [] : [{ what: kind.what, fix: kind.fix, paths: found }];
  });
}

function isOf({ start, largest }: Kind, path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size < start.length || found.size > largest) return false;
  return beginningOf(path, start.length).equals(start);
}
