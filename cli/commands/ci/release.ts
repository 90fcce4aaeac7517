import type { Command } from "commander";
import { createGitHub } from "../../ci/github.ts";
import { Job } from "../../ci/job.ts";
import { publish } from "../../ci/publish.ts";
import { readRunner } from "../../ci/runner.ts";
import { nameVersion, readVersion } from "../../ci/version-notes.ts";
import { Git } from "../../git/git.ts";
import { loadProject } from "../../project.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../../session.ts";

const TAG = "refs/tags/";

const notes = `
For a version tag, its page. Started by hand, the next version of this commit, its page and, where tags release, its
way to prod. Environment: GITHUB_TOKEN; BUMP, the part of the version that goes up: patch (default), minor, major.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .addHelpText("after", notes)
    .action((options: CommonOptions) =>
      withSession(invocation, options, (session) => release(session, new Job(invocation))),
    );
}

async function release(session: Session, job: Job): Promise<void> {
  const { root, processes, environment, configFile } = session;
  const runner = readRunner(environment);
  const { config } = await loadProject(root, configFile);
  const git = new Git(root, processes);
  const { ref } = runner;
  const version = ref.startsWith(TAG)
    ? await readVersion(git, config, ref.slice(TAG.length))
    : await nameVersion(git, config, environment.BUMP || "patch");
  const commit = await git.run(["rev-parse", "HEAD"]);
  const of = { commit, ref, way: config.release };
  for (const line of await publish(createGitHub(runner), version, of)) session.print(line);
  job.summarise(`## ${version.name}\n\n${version.notes}`);
}
