/**
 * Usage: node cli/bin/name-release.ts major|minor|patch|VERSION
 *        node cli/bin/name-release.ts --notes vX.Y.Z
 *
 * Prints the next version and, below it, its notes from the commits since the version before; with
 * --notes those of a version that exists. Exit code 2: there is no such version, or nothing is new.
 */
import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { loadConfig } from "../../config/load.ts";
import { parseLog, renderNotes } from "../ci/changelog.ts";
import { latestVersion, nextVersion } from "../ci/version.ts";

const git = (...args: string[]) => execFileSync("git", args, { stdio: "pipe" }).toString().trim();
const tagsMerged = (commit: string) => git("tag", "--merged", commit).split("\n").filter(Boolean);

function name(wish: string, existing: string | undefined) {
  if (existing === undefined) {
    const tags = git("tag", "--list").split("\n");
    return {
      version: nextVersion(tags, wish),
      from: latestVersion(tagsMerged("HEAD")),
      to: "HEAD",
    };
  }
  const before = tagsMerged(existing).filter((tag) => tag !== existing);
  return { version: existing, from: latestVersion(before), to: existing };
}

try {
  const [wish = "", existing] = process.argv.slice(2);
  const { version, from, to } = name(wish, wish === "--notes" ? existing : undefined);
  const range = from === undefined ? to : `${from}..${to}`;
  const log = git("log", "--no-merges", "--format=%x01%h%x02%s", "--name-only", range);
  if (log === "") throw new Error(`there is no commit since ${from}`);
  const directory = dirname((await loadConfig()).app.dockerfile);
  console.log(version);
  process.stdout.write(renderNotes(parseLog(log), directory === "." ? "" : `${directory}/`));
} catch (error) {
  console.error(`release.sh: ${(error as Error).message.split("\n")[0]}`);
  process.exitCode = 2;
}
