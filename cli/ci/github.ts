import type { Runner } from "./runner.ts";

/** GitHub's API refuses or does not answer. */
export class GitHubError extends Error {
  /** HTTP status; 0 without an answer. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** An entry of a list of issues or comments, as far as it is used. */
export interface Entry {
  id: number;
  number: number;
  body: string | null;
  user: { login: string } | null;
}

/** The parts of GitHub's REST API that the pipeline uses, for the repository of the run. */
export interface GitHub {
  get<Body>(path: string): Promise<Body>;
  send<Body>(method: "POST" | "PATCH", path: string, body: unknown): Promise<Body>;
}

/** Speaks to the repository's part of the API; `path` begins after /repos/OWNER/NAME/. */
export function createGitHub({ api, repository, token }: Runner): GitHub {
  const call = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const answer = await fetch(`${api}/repos/${repository}/${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    }).catch((cause) => {
      throw new GitHubError(`${api} does not answer: ${(cause as Error).message}`, 0);
    });
    if (!answer.ok) {
      throw new GitHubError(`${method} ${path}: HTTP ${answer.status}`, answer.status);
    }
    return (answer.status === 204 ? undefined : await answer.json()) as Body;
  };
  return {
    get: (path) => call("GET", path),
    send: call,
  };
}
