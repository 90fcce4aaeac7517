/** Prints what scripts need of the checked configuration as KEY=value lines. Exit code 2: it is not usable. */

import { ConfigError } from "../../config/check.ts";
import { loadConfig } from "../../config/load.ts";

try {
  const { cloud, registry, https, previews } = await loadConfig();
  const lines: Record<string, string> = {
    CLOUD: cloud,
    REGISTRY: registry,
    SCHEME: https === undefined ? "http" : "https",
    PREVIEW_HOURS: String(previews?.hours ?? ""),
  };
  for (const [key, value] of Object.entries(lines)) console.log(`${key}=${value}`);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(`onebox.config.ts: ${problem}`);
  process.exitCode = 2;
}
