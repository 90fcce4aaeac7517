import { App } from "cdktf";
import { ConfigError } from "./config/check.ts";
import { resolveCloud } from "./config/cloud.ts";
import { loadConfig, root } from "./config/load.ts";
import { zonesOf } from "./config/records.ts";
import { DnsStack } from "./stacks/dns-stack.ts";
import { EnvironmentStack } from "./stacks/environment-stack.ts";
import { ServerStack } from "./stacks/server-stack.ts";

try {
  const config = await loadConfig();
  const cloud = resolveCloud(config, root);
  const app = new App({ skipValidation: false });
  const server = new ServerStack(app, "server", { config, cloud });
  const environments = ["stage", "prod", ...(config.previews ? ["preview" as const] : [])] as const;
  for (const environment of environments) {
    new EnvironmentStack(app, environment, { config, cloud, server, environment });
  }
  if (zonesOf(config, cloud).length > 0) new DnsStack(app, "dns", { config, cloud });
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(`onebox.config.ts: ${problem}`);
  process.exitCode = 2;
}
