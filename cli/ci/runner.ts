/** What a runner tells about the run: the only place that reads its variables. */
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
 * @throws Error naming what is missing
 */
export function readRunner(env: NodeJS.ProcessEnv = process.env): Runner {
  const need = (key: string) => {
    const value = env[key];
    if (!value) throw new Error(`${key} is not set; this is a step of a workflow`);
    return value;
  };
  const repository = need("GITHUB_REPOSITORY");
  const server = env.GITHUB_SERVER_URL ?? "https://github.com";
  return {
    api: env.GITHUB_API_URL ?? "https://api.github.com",
    repository,
    token: env.GITHUB_TOKEN ?? "",
    run: `${server}/${repository}/actions/runs/${env.GITHUB_RUN_ID ?? "0"}`,
    ref: need("GITHUB_REF"),
    event: need("GITHUB_EVENT_NAME"),
  };
}
