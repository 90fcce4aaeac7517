import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./arguments.ts";

/**
 * Takes out of an environment what names a repository, as it does in a git hook: the tests' own git would take that for
 * the one of their clones. Settings stay.
 */
export function forgetRepository(environment: NodeJS.ProcessEnv): void {
  const names = execFileSync("git", ["rev-parse", "--local-env-vars"], { encoding: "utf8" });
  for (const name of names.split("\n"))
    if (!name.startsWith("GIT_CONFIG")) delete environment[name];
}

/** The tree under test, as git knows it. */
export class Revisions {
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** The commit that is checked out. */
  head(): string {
    return this.git("rev-parse", "HEAD");
  }

  /** What --changed compares with unless told: where this branch began, or on main the commit before. */
  base(): string {
    const begun = this.try("merge-base", "HEAD", "origin/main");
    if (begun !== undefined && begun !== this.head()) return begun;
    const before = this.try("rev-parse", "HEAD^");
    if (before !== undefined) return before;
    throw new UsageError("--changed: HEAD has no parent; name what to compare with");
  }

  /** The commit that a revision names. @throws UsageError */
  commit(revision: string): string {
    const commit = this.try("rev-parse", "--verify", "--quiet", `${revision}^{commit}`);
    if (commit !== undefined) return commit;
    throw new UsageError(`--changed ${revision}: git knows no such commit`);
  }

  /** The files that differ from a commit, those that git does not follow yet included. */
  changedSince(commit: string): string[] {
    const differing = this.list("diff", "--name-only", "-z", "--no-renames", commit);
    const fresh = this.list("ls-files", "-z", "--others", "--exclude-standard");
    return [...differing, ...fresh];
  }

  /** A number of files as they are now, 64 hexadecimal digits: of what is committed and of what is not. */
  digest(among: (file: string) => boolean): string {
    const hash = createHash("sha256");
    const changed = this.changedSince("HEAD");
    const differs = new Set(changed);
    for (const entry of this.list("ls-tree", "-r", "-z", "--full-tree", "HEAD")) {
      const file = entry.slice(entry.indexOf("\t") + 1); // behind its mode and a number of its content
      if (!differs.has(file) && among(file)) hash.update(`${entry}\0`);
    }
    for (const file of changed.filter(among).sort()) {
      const path = join(this.root, file);
      const kind = lstatSync(path, { throwIfNoEntry: false });
      hash.update(`\0${file} ${kind?.mode}\0`);
      if (kind?.isSymbolicLink()) hash.update(readlinkSync(path));
      else if (kind?.isFile()) hash.update(readFileSync(path));
    }
    return hash.digest("hex");
  }

  /** What git prints with -z. */
  private list(...args: string[]): string[] {
    return this.output(...args)
      .split("\0")
      .filter(Boolean);
  }

  private git(...args: string[]): string {
    return this.output(...args).trim();
  }

  private output(...args: string[]): string {
    const options = { stdio: "pipe", maxBuffer: 2 ** 30 } as const; // a megabyte is less than some trees' names
    return execFileSync("git", ["-C", this.root, ...args], options).toString();
  }

  private try(...args: string[]): string | undefined {
    try {
      return this.git(...args);
    } catch {
      return undefined;
    }
  }
}
