/**
 * Usage: node cli/bin/ci/comment.ts FILE PULL_REQUEST SUBJECT [update]
 *
 * Puts FILE's text as the pipeline's one comment on SUBJECT under a pull request; with "update" only in the
 * place of one that is there.
 */
import { readFileSync } from "node:fs";
import { createGitHub, GitHubError } from "../../ci/github.ts";
import { marked, putComment } from "../../ci/post.ts";
import { readRunner } from "../../ci/runner.ts";

const runner = readRunner();
const text = readFileSync(process.argv[2] ?? "", "utf8");
const pull = Number(process.argv[3]);
const [subject = "plan", way] = process.argv.slice(4);
try {
  const body = marked(subject, text, runner.run);
  await putComment(createGitHub(runner), pull, subject, body, way === "update");
} catch (error) {
  if (!(error instanceof GitHubError)) throw error;
  if (error.status === 403) {
    console.log(
      "::notice::this run's token may not comment, as with a fork; the summary has the text",
    );
  } else {
    console.error(`comment.sh: ${error.message}`);
    process.exitCode = 1;
  }
}
