/** Prints the checked configuration as KEY=value lines for the scripts. Exit code 2: it is not usable. */

import { ConfigError } from "../../config/check.ts";
import { platformOf, resolveCloud } from "../../config/cloud.ts";
import { hostOf } from "../../config/hosts.ts";
import { loadConfig, root } from "../../config/load.ts";
import { synthesisKey } from "../synthesis-key.ts";

try {
  const config = await loadConfig();
  const cloud = resolveCloud(config, root);
  const lines: Record<string, string> = {
    NAME: config.name,
    CLOUD: config.cloud,
    REGISTRY: config.registry,
    REPOSITORY: cloud.repository,
    ENDPOINT: cloud.endpoint ?? "",
    HTTPS: String(config.https !== undefined),
    SCHEME: config.https === undefined ? "http" : "https",
    ROOTS: (config.https && cloud.authority.roots) ?? "",
    CONTEXT: config.app.context,
    DOCKERFILE: config.app.dockerfile,
    PLATFORM: platformOf(config),
    READINESS: config.app.readiness,
    VERSION: config.app.version,
    MIGRATIONS: config.app.migrations,
    DATABASE: String(config.app.database),
    PREVIEW_HOURS: String(config.previews?.hours ?? ""),
    SYNTHESIS: synthesisKey(config, cloud, root),
    HOST_stage: hostOf(config, cloud, "stage"),
    HOST_prod: hostOf(config, cloud, "prod"),
  };
  for (const [key, value] of Object.entries(lines)) console.log(`${key}=${value}`);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(`onebox.config.ts: ${problem}`);
  process.exitCode = 2;
}
