import {
  chmodSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import type { Git } from "./git.ts";
import { type Missed, standInsIn } from "./stand-ins.ts";

/** 1980-01-01, the oldest time that every archive can hold. */
const EARLIEST = 315_532_800;

/** What an exported tree lacks. */
export interface Missing {
  /** Those that are not checked out here, whose directories stay empty. */
  submodules: string[];
  standIns: Missed[];
}

/**
 * Writes a tree's files into a directory, each with one fixed time and mode: what git does not know of, such as plain
 * text that it ignores, is not among them. Links inside git's work tree stay links.
 */
export async function exportTree(git: Git, tree: string, directory: string): Promise<Missing> {
  const submodules = await writeFiles(git, tree, { directory, index: `${directory}.index` });
  makeSteady(directory);
  return { submodules, standIns: await standInsIn(git, tree, directory) };
}

interface Place {
  directory: string;
  /** File outside of the tree, which git may use for a moment. */
  index: string;
}

async function writeFiles(git: Git, tree: string, place: Place): Promise<string[]> {
  const { directory, index } = place;
  mkdirSync(directory, { recursive: true });
  const env = { GIT_INDEX_FILE: index, GIT_ATTR_NOSYSTEM: "1" };
  await git.run(["read-tree", tree], { env });
  // As git has them: the ends of a user's lines, attributes and lack of links are not the image's.
  const settings = {
    ...{ "core.autocrlf": "false", "core.eol": "lf" },
    ...{ "core.attributesFile": "/dev/null", "core.symlinks": "true" },
  };
  await git.run(["checkout-index", "--all", `--prefix=${directory}/`], { env, settings });
  rmSync(index, { force: true });
  const missing: string[] = [];
  for (const submodule of submodulesIn(await git.run(["ls-tree", "-r", "-z", tree]))) {
    missing.push(...(await writeSubmodule(git, submodule, place)));
  }
  return missing;
}

interface Submodule {
  path: string;
  commit: string;
}

/** Of `git ls-tree -r -z`: "MODE TYPE NAME\tPATH". */
export function submodulesIn(listed: string): Submodule[] {
  return listed.split("\0").flatMap((line) => {
    const [, commit = "", path] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    return path === undefined ? [] : [{ path, commit }];
  });
}

async function writeSubmodule(git: Git, { path, commit }: Submodule, { directory, index }: Place) {
  // Without a repository of its own, git would answer for the one around it.
  if (!existsSync(join(git.root, path, ".git"))) return [path];
  const own = git.in(path);
  const has = await own.ask(["rev-parse", "--verify", "--quiet", `${commit}^{commit}`]);
  if (has === undefined) return [path];
  const missing = await writeFiles(own, commit, { directory: join(directory, path), index });
  return missing.map((inner) => join(path, inner));
}

/** Gives everything the time and the mode that it has on every machine. A name is bytes, which need not be UTF-8. */
export function makeSteady(path: string | Buffer): void {
  const found = lstatSync(path);
  if (found.isDirectory()) {
    chmodSync(path, 0o755);
    for (const name of readdirSync(path, "buffer")) {
      makeSteady(Buffer.concat([Buffer.from(path), Buffer.from("/"), name]));
    }
  } else if (found.isFile()) {
    chmodSync(path, found.mode & 0o100 ? 0o755 : 0o644);
  }
  lutimesSync(path, EARLIEST, EARLIEST);
}
