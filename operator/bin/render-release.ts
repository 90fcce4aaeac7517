/**
 * Usage: node operator/bin/render-release.ts DIR SECRETS stage|prod|preview --by WHO --image REF --commit COMMIT
 *          [--canary PERCENT [--sticky]] [--branch BRANCH --expires SECONDS]
 *        node operator/bin/render-release.ts DIR --by WHO --image REF --reference RELEASE
 *
 * Writes into DIR, anew, everything that the release consists of on the VM, and prints its name; --reference writes
 * what stands for one that the VM has. SECRETS is what operator/bin/split-secrets.ts has filled. Exit code 2, with one
 * line for each problem: the configuration or an argument cannot be used.
 */
import { parseArgs } from "node:util";
import { writeFiles } from "../../cli/release/directory.ts";
import { type Environment, preview, standing } from "../../cli/release/environment.ts";
import { readFacts } from "../../cli/release/facts.ts";
import { renderReference, renderRelease } from "../../cli/release/files.ts";
import { gatherParts, readSalt, type Sources } from "../../cli/release/parts.ts";
import { ConfigError } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";

const string = { type: "string" } as const;
const options = {
  ...{ by: string, image: string, commit: string, reference: string, canary: string },
  ...{ branch: string, expires: string },
  sticky: { type: "boolean" },
} as const;

/** What its releases have in common. */
function environmentOf({ config, cloud }: Sources, kind: string, branch: string): Environment {
  return kind === "preview" && config.previews !== undefined
    ? preview(config, cloud, config.previews, branch)
    : standing(config, cloud, kind === "prod" ? "prod" : "stage");
}

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [directory = "", secrets = "", kind = ""] = positionals;
  const facts = readFacts(values);
  if ("reference" in facts) {
    writeFiles(directory, renderReference(facts.reference, facts.by));
    console.log(facts.reference);
  } else {
    const config = await loadConfig();
    const sources: Sources = { root, secrets, config, cloud: resolveCloud(config, root) };
    const parts = gatherParts(sources, environmentOf(sources, kind, facts.branch));
    const { name, files } = renderRelease(parts, facts, facts.delivery, readSalt(secrets));
    writeFiles(directory, files);
    console.log(name);
  }
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(problem);
  process.exitCode = 2;
}
