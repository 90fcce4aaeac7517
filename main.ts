import { App } from "cdktf";
import { ConfigError } from "./config/check.ts";
import { resolveCloud } from "./config/cloud.ts";
import { loadConfig, root } from "./config/load.ts";
import { zonesOf } from "./config/records.ts";
import { DnsStack } from "./stacks/dns-stack.ts";
import { EnvironmentStack } from "./stacks/environment-stack.ts";
import { preview, standing } from "./stacks/kinds.ts";
import { ServerStack } from "./stacks/server-stack.ts";

try {
  const config = await loadConfig();
  const cloud = resolveCloud(config, root);
  const app = new App({ skipValidation: false });
  const server = new ServerStack(app, "server", { config, cloud });
  for (const environment of ["stage", "prod"] as const) {
    const kind = standing(config, cloud, environment);
    new EnvironmentStack(app, environment, { config, cloud, server, kind, shared: false });
  }
  if (config.previews !== undefined) {
    const kind = preview(config, cloud, config.previews);
    new EnvironmentStack(app, "preview", { config, cloud, server, kind, shared: true });
  }
  if (zonesOf(config, cloud).length > 0) new DnsStack(app, "dns", { config, cloud });
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(`onebox.config.ts: ${problem}`);
  process.exitCode = 2;
}
