/**
 * Usage: scripts/releases.sh stage --json | node cli/bin/ci/choose-release.ts COMMIT
 *
 * Prints the image that prod gets; nothing, with the reason on standard error, when there is nothing to
 * do. Exit code 2: refused.
 */
import { readFileSync } from "node:fs";
import { loadConfig } from "../../../config/load.ts";
import { chooseRelease } from "../../ci/choose.ts";
import { readRunner } from "../../ci/runner.ts";

const { release } = await loadConfig();
const stage = JSON.parse(readFileSync(0, "utf8"));
const choice = chooseRelease(release, readRunner(), stage, process.argv[2] ?? "");
if ("image" in choice) console.log(choice.image);
else if ("nothing" in choice) console.error(`::notice::${choice.nothing}`);
else {
  console.error(`deploy.sh: ${choice.refusal}`);
  process.exitCode = 2;
}
