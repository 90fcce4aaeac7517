/**
 * Usage: node cli/bin/name-release.ts major|minor|patch|VERSION
 *
 * Prints the next version and, below it, its notes from the commits since the version before. Exit code 2: there can
 * be no such version, or nothing is new.
 */
import { loadConfig, root } from "../../config/load.ts";
import { nameVersion } from "../ci/version-notes.ts";
import { cleanEnvironment } from "../environment.ts";
import { CommandError } from "../errors.ts";
import { Git } from "../git/git.ts";
import { Processes } from "../processes.ts";

try {
  const git = new Git(root, new Processes(cleanEnvironment(process.env)));
  const { name, notes } = await nameVersion(git, await loadConfig(), process.argv[2] ?? "");
  process.stdout.write(`${name}\n${notes}`);
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  console.error(`release.sh: ${error.message.split("\n")[0]}`);
  process.exitCode = 2;
}
