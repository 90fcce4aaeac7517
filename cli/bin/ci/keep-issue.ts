/**
 * Usage: node cli/bin/ci/keep-issue.ts drift|nightly found|none FILE
 *
 * Opens, updates or closes the one issue about drift, or about the nightly tests. FILE: what `scripts/drift.sh
 * --markdown` printed, or the summary of `scripts/test.sh`.
 */
import { readFileSync } from "node:fs";
import { createGitHub, GitHubError } from "../../ci/github.ts";
import { issues } from "../../ci/issues.ts";
import { keepIssue, marked } from "../../ci/post.ts";
import { readRunner } from "../../ci/runner.ts";

const [mark = "", state = "", file = ""] = process.argv.slice(2);
const issue = issues[mark];
if (issue === undefined) throw new Error(`there is no issue about "${mark}"`);
const runner = readRunner();
const text = `${issue.opening}\n\n${readFileSync(file, "utf8")}`;
const body = state === "found" ? marked(mark, text, runner.run) : undefined;
try {
  console.log(`issue: ${await keepIssue(createGitHub(runner), mark, issue, body)}`);
} catch (error) {
  if (!(error instanceof GitHubError)) throw error;
  console.error(`${mark}.sh: the issue could not be written: ${error.message}`);
  process.exitCode = 1;
}
