import { join, resolve } from "node:path";
import type { Command } from "commander";
import { Job } from "../../ci/job.ts";
import { readPullEvent } from "../../ci/preview.ts";
import { fetchPull } from "../../ci/pull.ts";
import type { Environment } from "../../environment.ts";
import { FailedError, RefusedError } from "../../errors.ts";
import { Git } from "../../git/git.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../../session.ts";
import { answerTo } from "../image.ts";

const notes = `
  build   fetches the event's commit, if that is still the pull request's, and builds it into FILE, without any login
  push    pushes FILE, which another job has left in ARTIFACT, to the repository of previews. Output: image

The two are steps of different jobs: what a pull request brings never runs where something may be pushed.
Environment: build: GITHUB_TOKEN, which may read; push: ARTIFACT, a directory; REGISTRY_USER, REGISTRY_PASSWORD.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("build|push FILE")
    .argument("[action]", "build or push")
    .argument("[file]", "the image")
    .addHelpText("after", notes)
    .action((action: string | undefined, file: string | undefined, options: CommonOptions) => {
      if (action !== "build" && action !== "push") {
        throw new RefusedError("say what to do: build or push");
      }
      if (file === undefined) {
        throw new RefusedError("name the file; see scripts/ci/preview-image.sh --help");
      }
      const job = new Job(invocation);
      // The output is this step's own, what programs say is no output, and what builds has no use for the token.
      const environment: Environment = { ...invocation.environment, GITHUB_OUTPUT: undefined };
      if (action === "build") delete environment.GITHUB_TOKEN;
      const apart = { ...invocation, environment, stdout: invocation.stderr };
      return withSession(apart, options, (session) =>
        action === "build" ? build(session, invocation, file) : push(session, job, file),
      );
    });
}

async function build(session: Session, { environment }: Invocation, file: string): Promise<void> {
  const { root, processes } = session;
  const { pull_request: pull } = readPullEvent(environment);
  if (!(await fetchPull(new Git(root, processes), pull, environment))) {
    throw new FailedError(`${pull.head.sha} is no longer the pull request's latest commit`, {
      next: "its later commit has a run of its own",
    });
  }
  await answerTo(session, { commit: pull.head.sha, archive: resolve(file) });
}

async function push(session: Session, job: Job, file: string): Promise<void> {
  const { ARTIFACT = "" } = session.environment;
  const { pull_request: pull } = readPullEvent(session.environment);
  const from = join(ARTIFACT, file);
  const [image = ""] = await answerTo(session, {
    ...{ commit: pull.head.sha, push: from, preview: true },
  });
  job.output("image", image);
  job.summarise(`## Image of the preview\n\n    ${image}\n`);
}
