/**
 * Usage: node operator/bin/render-release.ts DIR SECRETS stage|prod|preview --by WHO --image REF --commit COMMIT
 *          [--canary PERCENT [--sticky]] [--branch BRANCH --expires SECONDS]
 *        node operator/bin/render-release.ts DIR --by WHO --image REF --reference RELEASE
 *
 * Writes into DIR, anew, everything that the release consists of on the VM, and prints its name; --reference writes
 * what stands for one that the VM has. SECRETS is what operator/bin/split-secrets.ts has filled. Exit code 2, with one
 * line for each problem: the configuration or an argument cannot be used.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EnvEntry } from "../../cli/env/read.ts";
import { writeFiles } from "../../cli/release/directory.ts";
import { preview, standing } from "../../cli/release/environment.ts";
import { readFacts } from "../../cli/release/facts.ts";
import { type Parts, renderReference, renderRelease } from "../../cli/release/files.ts";
import { ConfigError } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";
import type { RegistryLogin } from "../../config/secrets.ts";
import { registryConfig } from "../registry-login.ts";

const string = { type: "string" } as const;
const options = {
  ...{ by: string, image: string, commit: string, reference: string, canary: string },
  ...{ branch: string, expires: string },
  sticky: { type: "boolean" },
} as const;

/** What the release is made of: the repository's files, the configuration and SECRETS. */
async function gather(secrets: string, kind: string, branch: string): Promise<Parts> {
  const config = await loadConfig();
  const cloud = resolveCloud(config, root);
  const json = (name: string) => JSON.parse(readFileSync(join(secrets, name), "utf8"));
  const environment =
    kind === "preview" && config.previews !== undefined
      ? preview(config, cloud, config.previews, branch)
      : standing(config, cloud, kind === "prod" ? "prod" : "stage");
  const compose = Object.entries(environment.compose).map(([name, file]) => [
    name,
    readFileSync(join(root, file), "utf8"),
  ]);
  const login = json("pull_login.json") as RegistryLogin | null;
  return {
    app: config.app,
    environment,
    compose: Object.fromEntries(compose),
    variables: json("variables.json") as EnvEntry[],
    login: registryConfig(cloud.repository, login ?? undefined),
  };
}

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [directory = "", secrets = "", kind = ""] = positionals;
  const facts = readFacts(values);
  if ("reference" in facts) {
    writeFiles(directory, renderReference(facts.reference, facts.by));
    console.log(facts.reference);
  } else {
    const salt = readFileSync(join(secrets, "hash_salt"), "utf8");
    const parts = await gather(secrets, kind, facts.branch);
    const { name, files } = renderRelease(parts, facts, facts.delivery, salt);
    writeFiles(directory, files);
    console.log(name);
  }
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(problem);
  process.exitCode = 2;
}
