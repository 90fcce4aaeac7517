/**
 * Usage: node cli/bin/render-release.ts DIR SECRETS stage|prod --by WHO --image REF --commit COMMIT
 *
 * Writes into DIR, anew, everything that the release consists of on the VM, and prints its name. It is for
 * scripts/plan.sh --against, which has each of the two commits' own do so; SECRETS holds what cli/secrets/unlock.ts
 * writes for a release. Exit code 2, with one line for each problem: the configuration cannot be used.
 */
import { parseArgs } from "node:util";
import { ConfigError } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";
import { writeFiles } from "../release/directory.ts";
import { standing } from "../release/environment.ts";
import { renderRelease } from "../release/files.ts";
import { gatherParts, readSalt } from "../release/parts.ts";

const string = { type: "string", default: "" } as const;
const options = { by: string, image: string, commit: string };

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [directory = "", secrets = "", name = ""] = positionals;
  const { by, image, commit } = values;
  const config = await loadConfig();
  const cloud = resolveCloud(config, root);
  const environment = standing(config, cloud, name === "prod" ? "prod" : "stage");
  const parts = gatherParts({ root, secrets, config, cloud }, environment);
  const release = renderRelease(parts, { image, commit }, { by }, readSalt(secrets));
  writeFiles(directory, release.files);
  console.log(release.name);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(problem);
  process.exitCode = 2;
}
