/**
 * Usage: node operator/bin/ci/comment.ts FILE PULL_REQUEST
 *
 * Puts FILE's text as the one comment of the pipeline under a pull request.
 */
import { readFileSync } from "node:fs";
import { createGitHub, GitHubError } from "../../ci/github.ts";
import { marked, putComment } from "../../ci/post.ts";
import { readRunner } from "../../ci/runner.ts";

const runner = readRunner();
const text = readFileSync(process.argv[2] ?? "", "utf8");
const pull = Number(process.argv[3]);
try {
  await putComment(createGitHub(runner), pull, "plan", marked("plan", text, runner.run));
} catch (error) {
  if (!(error instanceof GitHubError)) throw error;
  if (error.status === 403) {
    console.log(
      "::notice::this run's token may not comment, as with a fork; the summary has the plan",
    );
  } else {
    console.error(`comment.sh: ${error.message}`);
    process.exitCode = 1;
  }
}
