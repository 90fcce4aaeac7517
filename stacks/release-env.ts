import type { Config, EnvironmentName } from "../config/schema.ts";

/** What docker-compose.yml and host/ ask for by name; values must not hold newlines or quotes. */
export interface ReleaseEnv {
  app: Config["app"];
  settings: Pick<Config["environments"][EnvironmentName], "memory" | "standby">;
  environment: string;
  host: string;
  image: string;
  release: string;
  commit: string;
  /** Who deploys, for the history. */
  by: string;
  /** A canary's share in percent; 0 for a release that gets it all. */
  canary: string;
  /** The name of its way in the rendered routes: canary or canary-sticky. */
  canaryWay: string;
}

/** Renders release.env, the settings of one release that are no secret, for `docker compose --env-file`; `more` too. */
export function renderReleaseEnv(
  { app, settings, ...release }: ReleaseEnv,
  more: Record<string, string | number> = {},
): string {
  const lines: Record<string, string | number | boolean> = {
    COMPOSE_PROJECT_NAME: `onebox-${release.environment}`,
    COMPOSE_PROFILES: app.database ? "database" : "",
    ONEBOX_ENVIRONMENT: release.environment,
    ONEBOX_HOST: release.host,
    ONEBOX_IMAGE: release.image,
    ONEBOX_RELEASE: release.release,
    ONEBOX_COMMIT: release.commit,
    ONEBOX_BY: release.by,
    ONEBOX_CANARY: release.canary,
    ONEBOX_CANARY_WAY: release.canaryWay,
    ONEBOX_PORT: app.port,
    ONEBOX_MEMORY: settings.memory,
    ONEBOX_STANDBY: settings.standby,
    ONEBOX_READINESS: app.readiness,
    ONEBOX_VERSION: app.version,
    ONEBOX_READY_SECONDS: app.ready,
    ONEBOX_WATCH_SECONDS: app.watch,
    ONEBOX_STREAMS_SECONDS: app.drain.streams,
    ONEBOX_REQUESTS_SECONDS: app.drain.requests,
    ONEBOX_MIGRATE: app.migrate.join(" "),
    ONEBOX_MIGRATE_SECONDS: app.migrateTimeout,
    ...more,
  };
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
