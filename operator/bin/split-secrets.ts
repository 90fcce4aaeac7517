/**
 * Usage: node operator/bin/split-secrets.ts DIR [ENVIRONMENT]
 *
 * Writes into DIR what scripts/deploy.sh and scripts/preview.sh read of the secrets (cli/secrets/unlock.ts). Every
 * problem is printed at once. Exit code 2: in a file; 4: a file cannot be decrypted.
 */
import { SecretsError } from "../../cli/secrets/error.ts";
import { unlock } from "../../cli/secrets/unlock.ts";
import { ConfigError } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";

const [directory = ".", environment] = process.argv.slice(2);

try {
  const config = await loadConfig();
  await unlock({ root, directory, config, cloud: resolveCloud(config, root), environment });
} catch (error) {
  if (error instanceof ConfigError) for (const problem of error.problems) console.error(problem);
  else if (error instanceof SecretsError) console.error(error.message);
  else throw error;
  process.exitCode = error instanceof SecretsError ? 4 : 2;
}
