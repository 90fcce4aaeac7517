import type { Environment } from "../environment.ts";
import type { Git } from "../git/git.ts";
import type { PullEvent } from "./preview.ts";

/** Fetches what GitHub has under a pull request's number; whether that is still the event's commit. */
export async function fetchPull(
  git: Git,
  { number, head }: PullEvent["pull_request"],
  { GITHUB_TOKEN = "", GITHUB_SERVER_URL = "https://github.com" }: Environment,
): Promise<boolean> {
  const login = Buffer.from(`x-access-token:${GITHUB_TOKEN}`).toString("base64");
  const env = {
    GIT_CONFIG_COUNT: "1", // never by the arguments, which everybody can read
    GIT_CONFIG_KEY_0: `http.${GITHUB_SERVER_URL}/.extraheader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${login}`,
  };
  const shallow = ["fetch", "--quiet", "--no-tags", "--depth", "1"];
  await git.run([...shallow, "origin", `refs/pull/${number}/head`], { env });
  return (await git.run(["rev-parse", "FETCH_HEAD"])) === head.sha;
}
