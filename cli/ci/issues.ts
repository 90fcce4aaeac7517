import { FailedError } from "../errors.ts";
import { createGitHub, GitHubError } from "./github.ts";
import { keepIssue, marked } from "./post.ts";
import type { Runner } from "./runner.ts";

/** An issue of which there is one at a time, while there is a reason for it. */
export interface Issue {
  title: string;
  /** Stands above what was found. */
  opening: string;
  /** The last comment, when there is no reason any more. */
  closing: string;
}

/** By the mark with which each is found again. */
const issues = {
  drift: {
    title: "The infrastructure has drifted",
    opening:
      "What runs differs from what was deployed. `scripts/drift.sh` shows it at any time; `scripts/deploy.sh stage` and `scripts/deploy.sh prod` put it right.",
    closing: "Nothing differs any more.",
  },
  nightly: {
    title: "The nightly tests fail",
    opening:
      "`scripts/test.sh --long` has failed on the default branch. With the seed below, `scripts/test.sh --long --seed SEED SUITE` repeats what a suite did.",
    closing: "All tests pass again.",
  },
  scan: {
    title: "What runs has known vulnerabilities",
    opening:
      "An image that runs on the server is over the budget of `.github/vulnerability-budget.json`. A new build, or the update that Renovate proposes, mends what has a newer package; deploy it then.",
    closing: "All that runs is within the budget again.",
  },
} satisfies Record<string, Issue>;

/**
 * Keeps the issue about something: opened or changed while something was found, closed when nothing is.
 *
 * @param found what was found, in Markdown
 * @returns what was done
 */
export async function keepIssueAbout(
  mark: keyof typeof issues,
  found: string | undefined,
  runner: Runner,
): Promise<string> {
  const issue = issues[mark];
  const body = found && marked(mark, `${issue.opening}\n\n${found}`, runner.run);
  try {
    return await keepIssue(createGitHub(runner), mark, issue, body);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    throw new FailedError(`the issue could not be written: ${error.message}`, { cause: error });
  }
}
