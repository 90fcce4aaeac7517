import type { Cloud } from "../config/cloud.ts";
import { alone, hostsOf } from "../config/hosts.ts";
import { previewHost } from "../config/previews.ts";
import { certifiedWildcardOf } from "../config/records.ts";
import type { Config, EnvironmentName } from "../config/schema.ts";
import type { EnvironmentStackProps } from "./environment-stack.ts";
import { renderPreviewRoutes } from "./preview-routes.ts";
import { renderRoutes } from "./routes.ts";

/** Stage, or prod. */
export function standing(
  config: Config,
  cloud: Cloud,
  environment: EnvironmentName,
): EnvironmentStackProps["kind"] {
  const { app, environments, https } = config;
  const hosts = hostsOf(config, cloud.domain, environment);
  const settings = environments[environment];
  return () => ({
    environment,
    host: hosts.own,
    settings,
    more: {},
    files: {},
    routes: (release, canary) =>
      renderRoutes({
        ...{ environment, hosts, release, canary },
        https: https !== undefined,
        port: app.port,
        paths: settings.routes,
      }),
  });
}

/** A preview of the branch that the stack's variables tell of: one stack for all, a workspace for each. */
export function preview(
  config: Config,
  cloud: Cloud,
  previews: NonNullable<Config["previews"]>,
): EnvironmentStackProps["kind"] {
  return (variable) => {
    const slug = variable("slug", "The branch's name as a DNS label (config/previews.ts)", {
      pattern: /^([a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?|none)$/,
    });
    const environment = `preview-${slug}`;
    const host = previewHost(config, cloud, slug);
    return {
      environment,
      host,
      settings: { memory: previews.memory, standby: false },
      more: {
        ONEBOX_BRANCH: variable("branch", "The branch, percent-encoded", {
          pattern: /^([A-Za-z0-9._/-]|%[0-9A-F]{2})*$/,
        }),
        ONEBOX_EXPIRES: variable("expires", "When it ends, seconds since 1970"),
        ONEBOX_SCHEME: config.https === undefined ? "http" : "https",
        ONEBOX_CPUS: previews.cpus,
        ONEBOX_IDLE_MINUTES: previews.idle,
        ONEBOX_SEED: previews.seed.join(" "),
        ONEBOX_PREVIEWS_MAX: previews.max,
        ONEBOX_PREVIEWS_FULL: previews.full,
      },
      files: { "docker-compose.preview.yml": "preview.yml" },
      routes: (release) =>
        renderPreviewRoutes({
          ...{ environment, hosts: alone(host), release },
          https: config.https !== undefined,
          certified: certifiedWildcardOf(config, cloud) !== undefined,
          allow: previews.allow,
        }),
    };
  };
}
