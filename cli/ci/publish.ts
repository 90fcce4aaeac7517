import { z } from "zod";
import type { Config } from "../../config/schema.ts";
import { type GitHub, GitHubError } from "./github.ts";
import type { Runner } from "./runner.ts";
import type { Version } from "./version-notes.ts";

/**
 * Makes the page of a version, and its tag where there is none yet. A tag that a job's own token makes starts no
 * workflow, so prod's is started here where tags release.
 *
 * @returns what was done, a line each
 */
export async function publish(
  github: GitHub,
  { name, notes }: Version,
  { commit, ref, way }: { commit: string; ref: Runner["ref"]; way: Config["release"] },
): Promise<string[]> {
  if (await isPublished(github, name)) return [`${name} is published already`];
  const page = { tag_name: name, target_commitish: commit, name, body: notes };
  await github.send("POST", "releases", page);
  const published = `${name} is published`;
  if (ref.startsWith("refs/tags/") || way !== "tag") return [published];
  await github.send("POST", "actions/workflows/deploy-prod.yml/dispatches", { ref: name });
  return [published, "deploy-prod is started for it"];
}

async function isPublished(github: GitHub, name: string): Promise<boolean> {
  try {
    await github.get(`releases/tags/${name}`, z.unknown());
    return true;
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return false;
    throw error;
  }
}
