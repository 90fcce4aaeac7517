import type { Command } from "commander";
import { createGitHub, GitHubError } from "../../ci/github.ts";
import { readRunner } from "../../ci/runner.ts";
import { checkSetup } from "../../ci/setup-check.ts";
import { ExitError, RefusedError } from "../../errors.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../../session.ts";

const notes = `
It says of each thing how to mend it (docs/pipeline.md). Environment: GITHUB_TOKEN, of somebody who administers the
repository, and GITHUB_REPOSITORY=owner/name; without them gh is asked, which has to be logged in.
Exit codes: 0 all is as it should be; 1 something is missing; 2 GitHub cannot be asked.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .addHelpText("after", notes)
    .action((options: CommonOptions) => withSession(invocation, options, look));
}

async function look(session: Session): Promise<void> {
  const { environment } = session;
  const GITHUB_TOKEN = environment.GITHUB_TOKEN || (await gh(session, ["auth", "token"]));
  const named = ["repo", "view", "--json", "nameWithOwner", "--jq", ".nameWithOwner"];
  const GITHUB_REPOSITORY = environment.GITHUB_REPOSITORY || (await gh(session, named));
  if (GITHUB_TOKEN === "" || GITHUB_REPOSITORY === "") {
    throw new RefusedError("log in with gh auth login, or set GITHUB_TOKEN and GITHUB_REPOSITORY");
  }
  const run = { GITHUB_REF: "none", GITHUB_EVENT_NAME: "none" };
  const runner = readRunner({ ...environment, ...run, GITHUB_TOKEN, GITHUB_REPOSITORY });
  const findings = await ask(() => checkSetup(createGitHub(runner)));
  for (const { what, fix } of findings) {
    session.print(`  ${fix === undefined ? "✓" : "✗"} ${what}`);
    if (fix !== undefined) session.print(`      ${fix}`);
  }
  if (findings.some(({ fix }) => fix !== undefined)) throw new ExitError(1);
}

async function ask<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    const who = [401, 403].includes(error.status)
      ? "; it takes the token of somebody who administers the repository"
      : "";
    throw new RefusedError(`${error.message}${who}`, { cause: error });
  }
}

/** What GitHub's own program says; nothing where it is not there or not logged in. */
async function gh({ processes, root }: Session, args: string[]): Promise<string> {
  try {
    return (await processes.run("gh", args, { cwd: root })).stdout.trim();
  } catch {
    return "";
  }
}
