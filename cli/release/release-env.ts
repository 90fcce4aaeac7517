import { ConfigError } from "../../config/check.ts";
import type { Config } from "../../config/schema.ts";
import type { Environment } from "./environment.ts";

/** Which release it is. */
export interface ReleaseName {
  /** Image reference with its digest. */
  image: string;
  /** 12 digits of the digest, 4 of a hash of the files (identity.ts). */
  release: string;
  /** Commit that the image was built from. */
  commit: string;
}

/** Renders release.env: what docker-compose.yml and host/ ask a release for by name, and is no secret. */
export function renderReleaseEnv(
  app: Config["app"],
  { name, host, settings, more }: Environment,
  { image, release, commit }: ReleaseName,
): string {
  return renderLines({
    COMPOSE_PROJECT_NAME: `onebox-${name}`,
    COMPOSE_PROFILES: app.database ? "database" : "",
    ONEBOX_ENVIRONMENT: name,
    ONEBOX_HOST: host,
    ONEBOX_IMAGE: image,
    ONEBOX_RELEASE: release,
    ONEBOX_COMMIT: commit,
    ONEBOX_PORT: app.port,
    ONEBOX_PROTOCOL: app.protocol,
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
  });
}

/**
 * KEY=value lines, which host/ reads as they are and compose as an env file.
 *
 * @throws ConfigError for a value that the two would read differently
 */
export function renderLines(lines: Record<string, string | number | boolean>): string {
  return Object.entries(lines)
    .map(([key, value]) => {
      if (/[\p{Cc}'"$\\`]|(^|\s)#|^\s|\s$/u.test(`${value}`)) {
        throw new ConfigError([
          `${key} cannot be ${JSON.stringify(value)}: compose would read it as something else`,
        ]);
      }
      return `${key}=${value}\n`;
    })
    .join("");
}
