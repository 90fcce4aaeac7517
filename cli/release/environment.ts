import type { Cloud } from "../../config/cloud.ts";
import { alone, hostsOf } from "../../config/hosts.ts";
import { inAscii, previewHost, slugOf } from "../../config/previews.ts";
import { proxiesOf } from "../../config/proxies.ts";
import { certifiedWildcardOf } from "../../config/records.ts";
import type { Config, EnvironmentName } from "../../config/schema.ts";
import { longestUpload } from "../../config/uploads.ts";
import { renderPreviewRoutes } from "./preview-routes.ts";
import { type Canary, type Routes, renderCanaryRoutes, renderRoutes } from "./routes.ts";

/** What an environment's releases have in common. */
export interface Environment {
  /** stage, prod or preview-SLUG. */
  name: string;
  /** Host name that scripts ask it by. */
  host: string;
  settings: Pick<Config["environments"][EnvironmentName], "memory" | "standby">;
  /** Whose preview it is. */
  branch?: string;
  /** Further lines of release.env. */
  more: Record<string, string | number | boolean>;
  /** Its compose files: name in the release by path in the repository. */
  compose: Record<string, string>;
  /** Whether it has a database of its own, whose password its env file holds. */
  database: boolean;
  /** Renders the release's files for Traefik. */
  routes: (release: string) => string;
  /** Renders those by which it is the canary; previews have none. */
  canaryRoutes?: (release: string, canary: Canary) => string;
}

/**
 * Who gets the processors, and whose memory is taken, when the VM has too little of either: prod's app before
 * stage's, stage's before all previews' together. Docker's CPU shares, 0 for its default, which is also the databases'
 * and Traefik's; and the kernel's oom_score_adj, in thousandths of the VM's memory, to which what a process takes is added: an app
 * of prod's may have more than half of it.
 */
const weights = {
  prod: { ONEBOX_CPU_SHARES: 0, ONEBOX_OOM_SCORE: 0 },
  stage: { ONEBOX_CPU_SHARES: 512, ONEBOX_OOM_SCORE: 600 },
  preview: { ONEBOX_OOM_SCORE: 1000 },
};
/** What all previews' apps have together when all of them are busy, and one at most. The least that Docker takes is 2. */
const previewShares = { all: 384, one: 128, least: 2 };

function shareOfPreview(max: number): number {
  const { all, one, least } = previewShares;
  return Math.max(least, Math.min(one, Math.floor(all / max)));
}

/** Whether the databases of stage and prod are backed up. */
export function backs({ app, backups }: Pick<Config, "app" | "backups">): boolean {
  return app.database && backups !== undefined;
}

/** Stage, or prod. */
export function standing(config: Config, cloud: Cloud, name: EnvironmentName): Environment {
  const { app, environments, https } = config;
  const settings = environments[name];
  const hosts = hostsOf(config, cloud.domain, name);
  const routes = (release: string): Routes => ({
    ...{ environment: name, hosts, release },
    https: https !== undefined,
    app,
    paths: settings.routes,
    limits: { of: settings.limits, proxies: proxiesOf(config), longest: longestUpload(config) },
  });
  return {
    ...{ name, host: hosts.own, settings },
    more: {
      ...weights[name],
      ONEBOX_BACKUPS: `/opt/onebox/env/${name}/backups`,
      ...(cloud.healthSeconds !== undefined && { ONEBOX_HEALTH_SECONDS: cloud.healthSeconds }),
    },
    compose: {
      "compose.yml": "docker-compose.yml",
      ...(backs(config) && { "backups.yml": "host/backups/compose.yml" }),
    },
    database: true,
    routes: (release) => renderRoutes(routes(release)),
    canaryRoutes: (release, canary) => renderCanaryRoutes(routes(release), canary),
  };
}

/** A preview of a branch. */
export function preview(
  config: Config,
  cloud: Cloud,
  previews: NonNullable<Config["previews"]>,
  branch: string,
): Environment {
  const slug = slugOf(branch);
  const name = `preview-${slug}`;
  const host = previewHost(config, cloud, slug);
  return {
    ...{ name, host, branch },
    settings: { memory: previews.memory, standby: false },
    more: {
      ONEBOX_CPU_SHARES: shareOfPreview(previews.max),
      ...weights.preview,
      ONEBOX_BRANCH: inAscii(branch),
      ONEBOX_SCHEME: config.https === undefined ? "http" : "https",
      ONEBOX_CPUS: previews.cpus,
      ONEBOX_INTERNAL: !previews.internet,
      ONEBOX_IDLE_MINUTES: previews.idle,
      ONEBOX_SEED: previews.seed.join(" "),
      ONEBOX_PREVIEWS_MAX: previews.max,
      ONEBOX_PREVIEWS_FULL: previews.full,
    },
    compose: { "compose.yml": "docker-compose.yml", "preview.yml": "host/previews/compose.yml" },
    database: false,
    routes: (release) =>
      renderPreviewRoutes({
        ...{ environment: name, hosts: alone(host), release },
        https: config.https !== undefined,
        app: config.app,
        certified: certifiedWildcardOf(config, cloud) !== undefined,
        allow: previews.allow,
        proxies: proxiesOf(config),
      }),
  };
}
