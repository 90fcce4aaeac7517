import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RefusedError } from "../errors.ts";
import type { Project } from "../project.ts";
import { registryConfig } from "../registry/docker-config.ts";
import { unlockOrRefuse } from "../secrets/unlocked.ts";
import type { Session } from "../session.ts";

/**
 * Provides what a build needs of .env: the login of the registry and app.buildSecrets. Where REGISTRY_USER is in the
 * environment, they are taken from there: a machine that builds images needs no GPG key.
 *
 * @throws RefusedError naming each of app.buildSecrets that is missing there
 */
export async function logIn(session: Session, project: Project): Promise<void> {
  const { root, secrets: directory, environment } = session;
  const { REGISTRY_USER: user, REGISTRY_PASSWORD: password = "" } = environment;
  if (!user) {
    await unlockOrRefuse({ root, directory, ...project });
    return;
  }
  const config = registryConfig(project.cloud.repository, { user, password });
  mkdirSync(join(directory, "docker"), { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, "docker/config.json"), JSON.stringify(config), { mode: 0o600 });
  const { buildSecrets } = project.config.app;
  const missing = buildSecrets.filter((key) => !environment[key]);
  if (missing.length > 0) {
    throw new RefusedError(
      `${missing.join(", ")} of app.buildSecrets must be in the environment, as REGISTRY_USER is; or leave that out, for .env's`,
    );
  }
  mkdirSync(join(directory, "build"), { recursive: true, mode: 0o700 });
  for (const key of buildSecrets) {
    writeFileSync(join(directory, "build", key), environment[key] ?? "", { mode: 0o600 });
  }
}
