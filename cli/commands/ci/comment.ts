import { join } from "node:path";
import type { Command } from "commander";
import { readPlainFile } from "../../ci/artifact.ts";
import { createGitHub, GitHubError } from "../../ci/github.ts";
import { Job } from "../../ci/job.ts";
import { marked, putComment } from "../../ci/post.ts";
import { readRunner } from "../../ci/runner.ts";
import { RefusedError } from "../../errors.ts";
import type { Invocation } from "../../session.ts";

const notes = `
There is one comment of each subject. Environment: GITHUB_TOKEN; PULL_REQUEST, its number; COMMENT=update changes a
comment that is there, and puts no new one; ARTIFACT, a directory that an untrusted job has left, in which FILE lies. A fork's token may only read: then the text stays in the job's summary.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("FILE [SUBJECT]")
    .argument("[file]", "the text, in Markdown")
    .argument("[subject]", "what it is about", "plan")
    .addHelpText("after", notes)
    .action(async (file: string | undefined, subject: string) => {
      const { PULL_REQUEST = "", COMMENT, ARTIFACT = "" } = invocation.environment;
      if (file === undefined) {
        throw new RefusedError("name the file with the text; see scripts/ci/comment.sh --help");
      }
      if (!/^\d+$/.test(PULL_REQUEST)) throw new RefusedError("PULL_REQUEST has to be a number");
      const runner = readRunner(invocation.environment);
      const body = marked(subject, readPlainFile(join(ARTIFACT, file)).toString(), runner.run);
      const github = createGitHub(runner);
      try {
        await putComment(github, Number(PULL_REQUEST), subject, body, COMMENT === "update");
      } catch (error) {
        if (!(error instanceof GitHubError && error.status === 403)) throw error;
        const why = "this run's token may not comment, as with a fork; the summary has the text";
        new Job(invocation).notice(why);
      }
    });
}
