import type { z } from "zod";
import { FailedError } from "../errors.ts";
import type { Runner } from "./runner.ts";

/** GitHub's API refuses, does not answer, or answers something else. */
export class GitHubError extends FailedError {
  /** HTTP status; 0 without an answer. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The parts of GitHub's REST API that the pipeline uses, for the repository of the run. */
export interface GitHub {
  get<Body>(path: string, schema: z.ZodType<Body>): Promise<Body>;
  send(method: "POST" | "PATCH", path: string, body: unknown): Promise<void>;
}

/** Speaks to the repository's part of the API; `path` begins after /repos/OWNER/NAME/. */
export function createGitHub({ api, repository, token }: Runner): GitHub {
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(`${api}/repos/${repository}/${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    }).catch((cause) => {
      throw new GitHubError(`${api} does not answer: ${(cause as Error).message}`, 0);
    });
    if (answer.ok) return answer;
    throw new GitHubError(`${method} ${path}: HTTP ${answer.status}`, answer.status);
  };
  return {
    async get(path, schema) {
      const answer = await call("GET", path);
      const found = schema.safeParse(await answer.json().catch(() => undefined));
      if (found.success) return found.data;
      throw new GitHubError(`GET ${path}: the answer has an unexpected form`, answer.status);
    },
    async send(method, path, body) {
      await (await call(method, path, body)).body?.cancel();
    },
  };
}
