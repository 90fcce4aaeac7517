import { dirname } from "node:path";
import type { Config } from "../../config/schema.ts";
import { RefusedError } from "../errors.ts";
import type { Git } from "../git/git.ts";
import { parseLog, renderNotes } from "./changelog.ts";
import { latestVersion, nextVersion } from "./version.ts";

/** A version, and what is new in it. */
export interface Version {
  /** Such as v1.4.0. */
  name: string;
  /** Markdown. */
  notes: string;
}

/**
 * Names the next version of what is checked out.
 *
 * @param wish "major", "minor", "patch", or a version such as "1.4.0"
 * @throws RefusedError when there can be no such version, or nothing is new
 */
export async function nameVersion(git: Git, config: Config, wish: string): Promise<Version> {
  const tags = (await git.run(["tag", "--list"])).split("\n");
  const name = nextVersion(tags, wish);
  const from = latestVersion(await tagsMerged(git, "HEAD"));
  return { name, notes: await notesOf(git, config, from, "HEAD") };
}

/** A version that there is, by its tag. */
export async function readVersion(git: Git, config: Config, tag: string): Promise<Version> {
  const before = (await tagsMerged(git, tag)).filter((other) => other !== tag);
  return { name: tag, notes: await notesOf(git, config, latestVersion(before), tag) };
}

async function tagsMerged(git: Git, commit: string): Promise<string[]> {
  return (await git.run(["tag", "--merged", commit])).split("\n").filter(Boolean);
}

async function notesOf(
  git: Git,
  config: Config,
  from: string | undefined,
  to: string,
): Promise<string> {
  const range = from === undefined ? to : `${from}..${to}`;
  const form = "--format=%x01%h%x02%s";
  const log = await git.run(["log", "--no-merges", form, "--name-only", range, "--"]);
  if (log === "") throw new RefusedError(`there is no commit since ${from}`);
  const directory = dirname(config.app.dockerfile);
  return renderNotes(parseLog(log), directory === "." ? "" : `${directory}/`);
}
