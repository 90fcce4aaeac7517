/**
 * Usage: node operator/bin/ci/drift-issue.ts found|none FILE
 *
 * Opens, updates or closes the one issue about drift. FILE: what `scripts/drift.sh --markdown` printed.
 */
import { readFileSync } from "node:fs";
import { createGitHub, GitHubError } from "../../ci/github.ts";
import { keepIssue, marked } from "../../ci/post.ts";
import { readRunner } from "../../ci/runner.ts";

const [state = "", file = ""] = process.argv.slice(2);
const runner = readRunner();
const text = `What runs differs from what was deployed. \`scripts/drift.sh\` shows it at any time; \`scripts/deploy.sh stage\` and \`scripts/deploy.sh prod\` put it right.\n\n${readFileSync(file, "utf8")}`;
const body = state === "found" ? marked("drift", text, runner.run) : undefined;
try {
  const title = "The infrastructure has drifted";
  console.log(`issue: ${await keepIssue(createGitHub(runner), "drift", title, body)}`);
} catch (error) {
  if (!(error instanceof GitHubError)) throw error;
  console.error(`drift.sh: the issue could not be written: ${error.message}`);
  process.exitCode = 1;
}
