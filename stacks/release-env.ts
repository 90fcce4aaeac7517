/** What docker-compose.yml asks for by name; values must not hold newlines or quotes. */
export interface ReleaseEnv {
  environment: string;
  host: string;
  image: string;
  release: string;
  commit: string;
  port: number;
  memory: string;
  readiness: string;
  database: boolean;
  /** The migration command, word by word; empty when there is none. */
  migrate: string[];
}

/** Renders release.env, the settings of one release that are no secret, for `docker compose --env-file`. */
export function renderReleaseEnv(release: ReleaseEnv): string {
  const lines = {
    COMPOSE_PROJECT_NAME: `onebox-${release.environment}`,
    COMPOSE_PROFILES: release.database ? "database" : "",
    ONEBOX_ENVIRONMENT: release.environment,
    ONEBOX_HOST: release.host,
    ONEBOX_IMAGE: release.image,
    ONEBOX_RELEASE: release.release,
    ONEBOX_COMMIT: release.commit,
    ONEBOX_PORT: String(release.port),
    ONEBOX_MEMORY: release.memory,
    ONEBOX_READINESS: release.readiness,
    ONEBOX_MIGRATE: release.migrate.join(" "),
  };
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
