/**
 * Usage: node cli/bin/ci/publish-release.ts COMMIT <TEXT
 *
 * Makes the page of a version, and its tag where there is none yet. TEXT: the version, then its notes.
 * A tag that a job's own token makes starts no workflow, so prod's is started here where tags release.
 */
import { readFileSync } from "node:fs";
import { loadConfig } from "../../../config/load.ts";
import { createGitHub, GitHubError } from "../../ci/github.ts";
import { readRunner } from "../../ci/runner.ts";

const commit = process.argv[2];
const [version = "", ...notes] = readFileSync(0, "utf8").split("\n");
const runner = readRunner();
const github = createGitHub(runner);

async function isPublished(): Promise<boolean> {
  try {
    await github.get(`releases/tags/${version}`);
    return true;
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return false;
    throw error;
  }
}

try {
  if (await isPublished()) {
    console.log(`${version} is published already`);
  } else {
    await github.send("POST", "releases", {
      tag_name: version,
      target_commitish: commit,
      name: version,
      body: notes.join("\n"),
    });
    console.log(`${version} is published`);
    const { release } = await loadConfig();
    if (!runner.ref.startsWith("refs/tags/") && release === "tag") {
      await github.send("POST", "actions/workflows/deploy-prod.yml/dispatches", { ref: version });
      console.log("deploy-prod is started for it");
    }
  }
} catch (error) {
  if (!(error instanceof GitHubError)) throw error;
  console.error(`release.sh: ${error.message}`);
  process.exitCode = 1;
}
