import type { Environment } from "../environment.ts";
import { RefusedError } from "../errors.ts";

/** What a runner tells about the run. */
export interface Runner {
  /** Base URL of the API, such as https://api.github.com. */
  api: string;
  /** "owner/name". */
  repository: string;
  token: string;
  /** Page of this run, for people. */
  run: string;
  /** The ref that the run is for, such as refs/heads/main or refs/tags/v1.2.0. */
  ref: string;
  /** push, pull_request, schedule, workflow_dispatch, … */
  event: string;
}

/**
 * Reads GITHUB_*.
 *
 * @throws RefusedError naming what is missing
 */
export function readRunner(environment: Environment): Runner {
  const need = (key: string) => {
    const value = environment[key];
    if (!value) throw new RefusedError(`${key} is not set; this is a step of a workflow`);
    return value;
  };
  const repository = need("GITHUB_REPOSITORY");
  const server = environment.GITHUB_SERVER_URL ?? "https://github.com";
  return {
    api: environment.GITHUB_API_URL ?? "https://api.github.com",
    repository,
    token: environment.GITHUB_TOKEN ?? "",
    run: `${server}/${repository}/actions/runs/${environment.GITHUB_RUN_ID ?? "0"}`,
    ref: need("GITHUB_REF"),
    event: need("GITHUB_EVENT_NAME"),
  };
}
