import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../project.ts";

/**
 * Whether what is configured outlasts the job. A local cloud would be made for the job and end with it; one that runs
 * already, as in the rehearsal, counts.
 */
export function reachesCloud({ config }: Pick<Project, "config">, root: string): boolean {
  return config.cloud !== "local" || existsSync(join(root, ".onebox/cloud/cloud.json"));
}
