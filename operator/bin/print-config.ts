/** Prints the checked configuration as KEY=value lines for the scripts. Exit code 2: it is not usable. */

import { ConfigError } from "../../config/check.ts";
import { platformOf, resolveCloud } from "../../config/cloud.ts";
import { hostOf, hostsOf } from "../../config/hosts.ts";
import { loadConfig, root } from "../../config/load.ts";
import { zonesOf } from "../../config/records.ts";
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
    // none: nobody asks; checked: other people keep all of them; kept: some are ours
    DNS: config.dns === undefined ? "none" : zonesOf(config, cloud).length > 0 ? "kept" : "checked",
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
    HOSTS_stage: hostsOf(config, cloud.domain, "stage").all.join(","),
    HOSTS_prod: hostsOf(config, cloud.domain, "prod").all.join(","),
  };
  for (const [key, value] of Object.entries(lines)) console.log(`${key}=${value}`);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(`onebox.config.ts: ${problem}`);
  process.exitCode = 2;
}
